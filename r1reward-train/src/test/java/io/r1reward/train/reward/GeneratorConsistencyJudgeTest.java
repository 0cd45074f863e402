package io.r1reward.train.reward;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSet;
import io.r1reward.Preferred;
import io.r1reward.core.generate.GenerationRequest;
import io.r1reward.core.testing.Reference;
import io.r1reward.core.text.Tokenizer;
import io.r1reward.train.ScriptedGenerator;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GeneratorConsistencyJudgeTest {

  /** Answers each prompt with the next of some replies, and keeps what it was asked. */
  private static final class Scripted extends ScriptedGenerator {
    private final Tokenizer tokenizer;
    private final List<String> replies;
    private final List<String> asked = new ArrayList<>();

    Scripted(Tokenizer tokenizer, String... replies) {
      super(tokenizer);
      this.tokenizer = tokenizer;
      this.replies = List.of(replies);
    }

    @Override
    protected String reply(GenerationRequest request, int prompt, int sample) {
      asked.add(tokenizer.decode(request.prompts().get(prompt).tokens(), false));
      return replies.get(prompt);
    }
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
