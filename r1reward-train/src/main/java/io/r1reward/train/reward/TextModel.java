package io.r1reward.train.reward;

import io.r1reward.core.generate.Generator;
import io.r1reward.core.text.Tokenizer;
import java.util.List;
import java.util.Set;

/**
 * A second model that a reward asks in words. One method, so a lambda over any service is one.
 * Implementations are thread-safe.
 */
@FunctionalInterface
public interface TextModel {

  /** Returns a reply to each question, in order. */
  List<String> replies(List<String> questions);

  /**
   * A local model behind a {@link Generator}, asked greedily, each question a user's turn. It owns
   * neither generator nor tokenizer.
   *
   * @param generator computes
   * @param tokenizer of the same model
   * @param endTokens ids that end a reply
   * @param maxNewTokens most tokens of a reply
   * @throws io.r1reward.InvalidInputException if {@code maxNewTokens} is below 1
   */
  static TextModel of(
      Generator generator, Tokenizer tokenizer, Set<Integer> endTokens, int maxNewTokens) {
    return new GeneratorTextModel(generator, tokenizer, endTokens, maxNewTokens);
  }
}
