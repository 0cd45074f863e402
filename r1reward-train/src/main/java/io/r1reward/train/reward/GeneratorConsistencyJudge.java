package io.r1reward.train.reward;

import com.google.common.collect.ImmutableSet;
import io.r1reward.core.generate.Completion;
import io.r1reward.core.generate.Decoding;
import io.r1reward.core.generate.GenerationRequest;
import io.r1reward.core.generate.Generator;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.text.Message;
import io.r1reward.core.text.PromptEncoder;
import io.r1reward.core.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks any local model behind a {@link Generator}, greedily. A reply without a 0 or 1 is {@link
 * Consistency#UNDECIDED}: asked again, it would be the same. Thread-safe; owns neither generator
 * nor tokenizer.
 */
public final class GeneratorConsistencyJudge implements ConsistencyJudge {
  private static final int MAX_NEW_TOKENS = 16;

  private final Generator generator;
  private final Tokenizer tokenizer;
  private final PromptEncoder prompts;
  private final ImmutableSet<Integer> endTokens;

  /**
   * A judge.
   *
   * @param generator computes
   * @param tokenizer of the same model
   * @param endTokens ids that end a reply
   */
  public GeneratorConsistencyJudge(
      Generator generator, Tokenizer tokenizer, ImmutableSet<Integer> endTokens) {
    this.generator = generator;
    this.tokenizer = tokenizer;
    this.prompts = new PromptEncoder(tokenizer);
    this.endTokens = endTokens;
  }

  @Override
  public Consistency judge(ConsistencyQuery query) {
    return judgeAll(List.of(query)).get(0);
  }

  @Override
  public List<Consistency> judgeAll(List<ConsistencyQuery> queries) {
    if (queries.isEmpty()) {
      return List.of();
    }
    List<Prompt> asked = new ArrayList<>();
    for (ConsistencyQuery query : queries) {
      asked.add(prompts.encode(List.of(Message.user(ConsistencyPrompt.ask(query))), List.of()));
    }
    List<Consistency> answers = new ArrayList<>();
    for (Completion completion :
        generator.generate(
            GenerationRequest.of(asked, 1, Decoding.greedy(MAX_NEW_TOKENS, endTokens), 0))) {
      String reply = tokenizer.decode(completion.tokens(), true);
      answers.add(ConsistencyPrompt.read(reply).orElse(Consistency.UNDECIDED));
    }
    return answers;
  }
}
