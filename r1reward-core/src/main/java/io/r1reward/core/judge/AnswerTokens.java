package io.r1reward.core.judge;

import io.r1reward.core.generate.Completion;
import io.r1reward.core.protocol.JudgeProtocol;
import io.r1reward.core.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The tokens that mean "Response 1" and "Response 2" at the answer position, whose probabilities
 * make the soft score: the first tokens of the two answers, with and without a blank before them,
 * as a tokenizer may join the two. Where both begin with the same token there is no soft score.
 * Thread-safe.
 */
final class AnswerTokens {
  /** Ids in pairs: first answer, second answer. */
  private final int[] ids;

  private AnswerTokens(int[] ids) {
    this.ids = ids;
  }

  static AnswerTokens of(JudgeProtocol protocol, Tokenizer tokenizer) {
    List<Integer> ids = new ArrayList<>();
    for (String blank : List.of("", " ")) {
      int[] first = tokenizer.encode(blank + protocol.firstAnswer());
      int[] second = tokenizer.encode(blank + protocol.secondAnswer());
      if (first.length > 0 && second.length > 0 && first[0] != second[0]) {
        ids.add(first[0]);
        ids.add(second[0]);
      }
    }
    return new AnswerTokens(ids.stream().mapToInt(i -> i).toArray());
  }

  /** Returns the ids whose log-probabilities are needed; none where answers begin alike. */
  int[] watched() {
    return ids.clone();
  }

  /**
   * Returns the probability of "Response 1" against "Response 2" at one step.
   *
   * @param completion with the log-probabilities of {@link #watched}
   * @param step index of the token that holds the answer
   * @return p1 / (p1 + p2); empty where that token is not one of the answers
   */
  OptionalDouble softFirst(Completion completion, int step) {
    int token = completion.tokens()[step];
    float[] logProbabilities = completion.watchedLogProbabilities()[step];
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] == token) {
        double first = logProbabilities[i & ~1];
        double second = logProbabilities[i | 1];
        return OptionalDouble.of(1 / (1 + Math.exp(second - first)));
      }
    }
    return OptionalDouble.empty();
  }
}
