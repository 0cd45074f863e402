package io.r1reward.core.torch;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.Uninterruptibles;
import io.r1reward.Image;
import io.r1reward.PreferencePair;
import io.r1reward.PreferenceScore;
import io.r1reward.RewardModel;
import io.r1reward.Sampling;
import io.r1reward.ScoreRequest;
import io.r1reward.Voting;
import io.r1reward.core.judge.JudgeRewardModel;
import io.r1reward.core.testing.Reference;
import io.r1reward.spi.ModelSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What judgements take of native memory, they give back. */
class NativeMemoryTest {
  private static final int PHASES = 6;
  private static final int PAIRS = 16;

  /** The caches of a pair alone have more: 2 prompts of 370 tokens, 1 KiB a token. */
  private static final long MOST_KIB_PER_PAIR = 128;

  private final Path checkpoint = Reference.path("qwen25vl-tiny");

  @Test
  void judgements_leave_no_array_and_no_memory_behind() throws Exception {
    AtomicReference<TorchEngine> opened = new AtomicReference<>();
    ModelSettings settings = ModelSettings.builder().device(Engines.DEVICE).batchRows(6).build();
    try (RewardModel model =
        JudgeRewardModel.open(
            checkpoint,
            settings,
            () -> {
              opened.set(Engines.open(checkpoint, "auto", "auto"));
              return opened.get();
            })) {
      TorchEngine engine = requireNonNull(opened.get());
      score(model, 0);
      int arrays = arraysAtRest(engine, 0);
      assertThat(arrays).isPositive();
      List<Long> lowest = new ArrayList<>();
      for (int third = 0; third < 3; third++) {
        long least = Long.MAX_VALUE;
        for (int phase = 0; phase < PHASES; phase++) {
          score(model, third * PHASES + phase);
          least = Math.min(least, ResidentMemory.outsideTheHeapKib());
        }
        lowest.add(least);
      }

      assertThat(arraysAtRest(engine, arrays)).isEqualTo(arrays);
      // compiled code, kernels kept for the next call and the allocator's pools fill up in the
      // first
      // third, and what the collector has not got to yet comes and goes, so the lowest counts
      assertThat((lowest.get(2) - lowest.get(1)) / (PHASES * PAIRS))
          .as("KiB a pair, where the lowest of each third were %s KiB", lowest)
          .isLessThan(MOST_KIB_PER_PAIR);
    }
  }

  /** Scores pairs with pictures and without, in both orders. */
  private static void score(RewardModel model, int phase) {
    List<CompletableFuture<PreferenceScore>> scores = new ArrayList<>();
    for (int i = 0; i < PAIRS; i++) {
      PreferencePair.Builder pair =
          PreferencePair.builder()
              .question("How many circles are there in picture " + i + "?")
              .first("There are " + phase + " circles.")
              .second("There is no circle.");
      if (i % 2 == 0) {
        pair.image(Image.of(Reference.path("cases/b-one-image-140x196/image_0.png")));
      }
      scores.add(
          model.submit(
              ScoreRequest.builder(pair.build())
                  .voting(Voting.single().inBothOrders())
                  .sampling(Sampling.builder().temperature(1).maxNewTokens(4).seed(i).build())
                  .build()));
    }
    for (CompletableFuture<PreferenceScore> score : scores) {
      assertThat(score.join().judgements()).hasSize(2);
    }
  }

  /**
   * Counts the engine's arrays. The last scores are known a moment before what they used is closed,
   * so the count is taken when it is what is expected, or has not changed for a while.
   */
  private static int arraysAtRest(TorchEngine engine, int expected) {
    int arrays = engine.arrays();
    for (int still = 0; arrays != expected && still < 50; still++) {
      Uninterruptibles.sleepUninterruptibly(Duration.ofMillis(20));
      int now = engine.arrays();
      if (now != arrays) {
        arrays = now;
        still = 0;
      }
    }
    return arrays;
  }
}
