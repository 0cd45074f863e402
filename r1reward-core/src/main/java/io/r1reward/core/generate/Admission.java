package io.r1reward.core.generate;

import io.r1reward.EngineException;
import io.r1reward.FinishReason;
import io.r1reward.core.generate.DecoderEngine.PromptState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request on its way into the batch. Prompts are prefilled a few at a time, and the samples of
 * those start in turns (sample 0 of each prompt, then sample 1 of each), so that the two orders of
 * a vote go on together. A prompt's state is closed when its last sample has started. Belongs to
 * the generator's thread.
 */
final class Admission implements AutoCloseable {
  /** So many prompts are prefilled together, and so many caches are held beside the batch's. */
  static final int PROMPTS_TOGETHER = 8;

  final RequestRun run;

  private final DecoderEngine engine;
  private final List<@Nullable PromptState> states = new ArrayList<>();
  private int firstPrompt;
  private int promptOfGroup;
  private int index;

  Admission(RequestRun run, DecoderEngine engine) {
    this.run = run;
    this.engine = engine;
  }

  /** A sample and the state it starts from, which the caller gives back with {@link #started}. */
  record Start(Sample sample, Prompt prompt, PromptState state) {}

  /** Returns the next sample to start, prefilling its prompt where needed; null when all have. */
  @Nullable Start next() {
    while (firstPrompt < run.promptCount) {
      int group = groupSize();
      while (index < run.samplesPerPrompt) {
        Sample sample = run.sample(firstPrompt + promptOfGroup, index);
        if (sample.cancelled()) {
          sample.end(FinishReason.CANCELLED);
        }
        if (!sample.ended()) {
          PromptState state = state(promptOfGroup);
          return new Start(sample, run.prompts().get(sample.prompt), state);
        }
        advance(group);
      }
      closeStates();
      firstPrompt += group;
      index = 0;
    }
    return null;
  }

  /** The sample that {@link #next} returned is in the batch. */
  void started() {
    int group = groupSize();
    PromptState state = states.get(promptOfGroup);
    if (index == run.samplesPerPrompt - 1 && state != null) {
      states.set(promptOfGroup, null);
      state.close();
    }
    advance(group);
  }

  @Override
  public void close() {
    closeStates();
    firstPrompt = run.promptCount;
    run.releasePrompts();
  }

  private int groupSize() {
    return Math.min(PROMPTS_TOGETHER, run.promptCount - firstPrompt);
  }

  private void advance(int group) {
    if (++promptOfGroup == group) {
      promptOfGroup = 0;
      index++;
    }
  }

  private PromptState state(int prompt) {
    if (states.isEmpty()) {
      List<Prompt> prompts = run.prompts().subList(firstPrompt, firstPrompt + groupSize());
      states.addAll(engine.prefill(prompts));
      if (states.size() != prompts.size()) {
        throw new EngineException(
            "the engine gave " + states.size() + " states for " + prompts.size() + " prompts");
      }
    }
    PromptState state = states.get(prompt);
    if (state == null) {
      throw new IllegalStateException("state of prompt " + prompt + " was closed too early");
    }
    return state;
  }

  private void closeStates() {
    List<@Nullable PromptState> open = new ArrayList<>(states);
    states.clear();
    for (PromptState state : open) {
      if (state != null) {
        Quietly.close(state);
      }
    }
  }
}
