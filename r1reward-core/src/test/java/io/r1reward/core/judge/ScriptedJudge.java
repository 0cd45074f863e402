package io.r1reward.core.judge;

import static org.assertj.core.api.Assertions.assertThat;

import io.r1reward.PreferencePair;
import io.r1reward.PreferenceScore;
import io.r1reward.ScoreRequest;
import io.r1reward.Voting;
import io.r1reward.core.checkpoint.GenerationConfig;
import io.r1reward.core.testing.Reference;
import io.r1reward.core.text.Tokenizer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** A judge over a scripted generator, for the tests that extend this. */
@Timeout(60) // against a hang
abstract class ScriptedJudge {
  static final PreferencePair PAIR =
      PreferencePair.builder().question("How many cats?").first("Two.").second("Three.").build();

  /** What the published checkpoint says. */
  static final GenerationConfig PUBLISHED =
      new GenerationConfig(true, 1e-6, 50, 1, 0, 1.05, List.of(918, 916), 916);

  final Tokenizer tokenizer = Tokenizer.load(Reference.path("qwen25vl-tiny"));
  ScriptedGenerator.Script script = (prompt, index, sample) -> answer("1");
  final ScriptedGenerator generator =
      new ScriptedGenerator(tokenizer, (prompt, i, sample) -> script.text(prompt, i, sample));
  final JudgeRewardModel model =
      JudgeRewardModel.builder(generator, tokenizer).generationConfig(PUBLISHED).build();

  @AfterEach
  void close() {
    model.close();
    assertThat(generator.closed).isTrue();
  }

  static String answer(String verdict) {
    return "<think>Both are short.</think><answer>" + verdict + "</answer>";
  }

  static ScoreRequest request(Voting voting) {
    return ScoreRequest.builder(PAIR).voting(voting).build();
  }

  PreferenceScore scoreNow(ScoreRequest request) {
    generator.immediately = true;
    return model.score(request);
  }

  static Throwable failure(CompletableFuture<?> future) throws InterruptedException {
    try {
      throw new AssertionError("completed with " + future.get());
    } catch (ExecutionException e) {
      return e.getCause();
    }
  }
}
