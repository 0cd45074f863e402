package io.r1reward.core.generate;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Lists;
import io.r1reward.EngineException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Prompts that wait to be read alone. */
final class Reading {
  /** Done with {@code [hidden]} for each prompt. */
  final CompletableFuture<List<float[]>> result = new CompletableFuture<>();

  private final ImmutableList<Prompt> prompts;

  Reading(List<Prompt> prompts) {
    this.prompts = ImmutableList.copyOf(prompts);
  }

  /** Reads them, a few at a time; does nothing where the caller is gone. */
  void read(DecoderEngine engine) {
    try {
      List<float[]> hidden = new ArrayList<>();
      for (List<Prompt> some : Lists.partition(prompts, Admission.PROMPTS_TOGETHER)) {
        if (result.isDone()) {
          return;
        }
        hidden.addAll(engine.lastHidden(some));
      }
      if (hidden.size() != prompts.size()) {
        throw new EngineException(
            "the engine gave " + hidden.size() + " states for " + prompts.size() + " prompts");
      }
      result.complete(hidden);
    } catch (Exception | Error e) {
      result.completeExceptionally(DecodeLoop.failure("reading prompts", e));
    }
  }
}
