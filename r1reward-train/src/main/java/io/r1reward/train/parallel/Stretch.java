package io.r1reward.train.parallel;

import io.r1reward.core.generate.Completion;
import io.r1reward.core.generate.GenerationRequest;
import io.r1reward.core.generate.TokenListener;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Neighbouring prompts of a request, as a request of their own. */
record Stretch(int firstPrompt, GenerationRequest request) {

  /** Cuts the prompts of a request into so many stretches, or one per prompt. */
  static List<Stretch> cut(GenerationRequest request, int most) {
    int prompts = request.prompts().size();
    int count = Math.min(most, prompts);
    List<Stretch> stretches = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int from = (int) ((long) prompts * i / count);
      int to = (int) ((long) prompts * (i + 1) / count);
      TokenListener listener =
          request.listener() == TokenListener.SILENT
              ? TokenListener.SILENT
              : (prompt, sample, token) -> request.listener().onToken(from + prompt, sample, token);
      long[] seeds = request.seeds();
      seeds = seeds.length == 0 ? seeds : Arrays.copyOfRange(seeds, from, to);
      stretches.add(
          new Stretch(
              from,
              new GenerationRequest(
                  request.prompts().subList(from, to),
                  request.samples(),
                  request.decoding(),
                  request.seed(),
                  request.watched(),
                  listener,
                  seeds)));
    }
    return stretches;
  }

  /** Returns its completions with the numbers that prompts have in the whole request. */
  List<Completion> numbered(List<Completion> completions) {
    List<Completion> numbered = new ArrayList<>();
    for (Completion completion : completions) {
      numbered.add(
          new Completion(
              firstPrompt + completion.prompt(),
              completion.sample(),
              completion.tokens(),
              completion.logProbabilities(),
              completion.watchedLogProbabilities(),
              completion.finishReason()));
    }
    return numbered;
  }
}
