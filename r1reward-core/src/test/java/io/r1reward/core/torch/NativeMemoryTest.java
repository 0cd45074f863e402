package io.r1reward.core.torch;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.math.Quantiles;
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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What judgements take of native memory, they give back. */
class NativeMemoryTest {
  private static final int PHASES = 7;
  private static final int PAIRS = 16;

  /** A prompt's cache alone has more: 4 layers x 2 x 2 heads x 16 x 4 bytes = 1 KiB a token. */
  private static final double MOST_KIB_PER_PAIR = 64;

  private final Path checkpoint = Reference.path("qwen25vl-tiny");

  @Test
  void judgements_leave_no_array_and_no_memory_behind() throws IOException {
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
      score(model, 1); // the heap and the allocator find their size

      List<Long> growths = new ArrayList<>();
      long before = residentKib();
      for (int phase = 2; phase < 2 + PHASES; phase++) {
        score(model, phase);
        long after = residentKib();
        growths.add(after - before);
        before = after;
      }

      assertThat(arraysAtRest(engine, arrays)).isEqualTo(arrays);
      // what is not given back grows in every phase; the heap, and pages touched first, in some
      assertThat(Quantiles.median().compute(growths) / PAIRS)
          .as("KiB a pair, from phases that grew by %s KiB", growths)
          .isLessThan(MOST_KIB_PER_PAIR);
    }
  }

  /** Scores pairs with pictures and without, in both orders, with several votes each. */
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
                  .voting(Voting.majority(2).inBothOrders().toTheEnd())
                  .sampling(Sampling.builder().temperature(1).maxNewTokens(6).seed(i).build())
                  .build()));
    }
    for (CompletableFuture<PreferenceScore> score : scores) {
      assertThat(score.join().judgements()).hasSize(4);
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

  /** What Linux counts of this process; elsewhere always 0, and the arrays have to do. */
  private static long residentKib() throws IOException {
    System.gc();
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return 0;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
