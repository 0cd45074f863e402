package io.r1reward.train.reward;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSet;
import io.r1reward.FinishReason;
import io.r1reward.ModelInfo;
import io.r1reward.Preferred;
import io.r1reward.core.generate.Completion;
import io.r1reward.core.generate.Generation;
import io.r1reward.core.generate.GenerationRequest;
import io.r1reward.core.generate.Generator;
import io.r1reward.core.testing.Reference;
import io.r1reward.core.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GeneratorConsistencyJudgeTest {

  /** Answers each prompt with the next of some replies, and keeps what it was asked. */
  private static final class Scripted implements Generator {
    private final Tokenizer tokenizer;
    private final List<String> replies;
    private final List<String> asked = new ArrayList<>();

    Scripted(Tokenizer tokenizer, String... replies) {
      this.tokenizer = tokenizer;
      this.replies = List.of(replies);
    }

    @Override
    public List<Completion> generate(GenerationRequest request) {
      List<Completion> completions = new ArrayList<>();
      for (int i = 0; i < request.prompts().size(); i++) {
        asked.add(tokenizer.decode(request.prompts().get(i).tokens(), false));
        int[] tokens = tokenizer.encode(replies.get(i));
        completions.add(
            new Completion(
                i,
                0,
                tokens,
                new float[tokens.length],
                new float[tokens.length][0],
                FinishReason.STOP));
      }
      return completions;
    }

    @Override
    public Generation submit(GenerationRequest request) {
      throw new UnsupportedOperationException();
    }

    @Override
    public ModelInfo info() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }

  @Test
  void asks_all_at_once_and_reads_the_digits() {
    try (Tokenizer tokenizer = Tokenizer.load(Reference.path("qwen25vl-tiny"))) {
      Scripted generator = new Scripted(tokenizer, "1", "It is 0.", "who knows");
      List<Consistency> answers =
          new GeneratorConsistencyJudge(generator, tokenizer, ImmutableSet.of(1))
              .judgeAll(
                  List.of(
                      new ConsistencyQuery("Response 1 is better.", Preferred.FIRST),
                      new ConsistencyQuery("Response 1 is better.", Preferred.SECOND),
                      new ConsistencyQuery("Hm.", Preferred.SECOND)));
      assertThat(answers)
          .containsExactly(Consistency.CONSISTENT, Consistency.INCONSISTENT, Consistency.UNDECIDED);
      assertThat(generator.asked.get(1))
          .contains("<|im_start|>user\n")
          .contains("Response 1 is better.")
          .contains("[Final choice]: Response 2");
    }
  }
}
