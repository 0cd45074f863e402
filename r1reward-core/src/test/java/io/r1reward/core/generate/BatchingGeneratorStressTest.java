package io.r1reward.core.generate;

import static org.assertj.core.api.Assertions.assertThat;

import io.r1reward.RewardModelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Submissions, cancellations and failures at random: every future ends, nothing leaks. */
@Timeout(120) // against a hang
class BatchingGeneratorStressTest {
  private static final int THREADS = 6;
  private static final int REQUESTS = 60;

  @Test
  void every_future_ends_and_everything_is_closed_whatever_fails() throws Exception {
    FakeEngine engine = new FakeEngine(BatchingGeneratorTest.CONTEXT);
    Random failures = new Random(1); // used on the generator's thread alone
    engine.onPrefill = () -> failRarely(failures);
    engine.onAdd = () -> failRarely(failures);
    engine.onRemove = () -> failRarely(failures);
    engine.onStep = () -> failRarely(failures);
    Generator generator = BatchingGenerator.open(() -> engine, 5, 20);
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<int[]>> callers =
          IntStream.range(0, THREADS)
              .mapToObj(seed -> threads.submit(() -> call(generator, new Random(seed))))
              .toList();
      int ended = 0;
      int failed = 0;
      for (Future<int[]> caller : callers) {
        ended += caller.get()[0];
        failed += caller.get()[1];
      }
      assertThat(ended + failed).isEqualTo(THREADS * REQUESTS);
      assertThat(ended).isPositive();
      assertThat(failed).isPositive();
    } finally {
      threads.shutdownNow();
      generator.close();
    }
    assertThat(engine.openStates).hasValue(0);
    assertThat(engine.openBatches).hasValue(0);
    assertThat(engine.closed).hasValue(1);
    assertThat(engine.threads).hasSize(1);
  }

  private static void failRarely(Random random) {
    if (random.nextInt(150) == 0) {
      throw new IllegalStateException("by chance");
    }
  }

  /** Returns how many requests ended, and how many were refused or failed. */
  private static int[] call(Generator generator, Random random) throws InterruptedException {
    int[] counts = new int[2];
    for (int i = 0; i < REQUESTS; i++) {
      int samples = 1 + random.nextInt(7);
      List<Prompt> prompts = new ArrayList<>();
      for (int p = 0; p <= random.nextInt(3); p++) {
        prompts.add(BatchingGeneratorTest.prompt(random.nextInt(30)));
      }
      try {
        Generation generation =
            generator.submit(
                GenerationRequest.of(prompts, samples, BatchingGeneratorTest.SAMPLED, i));
        if (random.nextInt(3) == 0) {
          generation.cancel(random.nextInt(prompts.size()), random.nextInt(samples));
        }
        if (random.nextInt(8) == 0) {
          generation.cancel();
        }
        CompletableFuture<List<Completion>> all = generation.all();
        assertThat(all.get()).hasSize(prompts.size() * samples);
        counts[0]++;
      } catch (RewardModelException | ExecutionException e) {
        counts[1]++;
      }
    }
    return counts;
  }
}
