package io.r1reward.train.reward;

import io.r1reward.core.generate.Generator;
import io.r1reward.core.text.Tokenizer;
import java.util.List;
import java.util.Set;

/**
 * Asks any local model behind a {@link Generator}, greedily. A reply without a 0 or 1 is {@link
 * Consistency#UNDECIDED}: asked again, it would be the same. Thread-safe; owns neither generator
 * nor tokenizer.
 */
public final class GeneratorConsistencyJudge implements ConsistencyJudge {
  private static final int MAX_NEW_TOKENS = 16;

  private final TextModel model;

  /**
   * A judge.
   *
   * @param generator computes
   * @param tokenizer of the same model
   * @param endTokens ids that end a reply
   */
  public GeneratorConsistencyJudge(
      Generator generator, Tokenizer tokenizer, Set<Integer> endTokens) {
    this.model = TextModel.of(generator, tokenizer, endTokens, MAX_NEW_TOKENS);
  }

  @Override
  public Consistency judge(ConsistencyQuery query) {
    return judgeAll(List.of(query)).get(0);
  }

  @Override
  public List<Consistency> judgeAll(List<ConsistencyQuery> queries) {
    return model.replies(queries.stream().map(ConsistencyPrompt::ask).toList()).stream()
        .map(reply -> ConsistencyPrompt.read(reply).orElse(Consistency.UNDECIDED))
        .toList();
  }
}
