package io.r1reward.train.parallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableSet;
import io.r1reward.CancelledException;
import io.r1reward.EngineException;
import io.r1reward.FinishReason;
import io.r1reward.InvalidInputException;
import io.r1reward.core.checkpoint.Checkpoint;
import io.r1reward.core.generate.Completion;
import io.r1reward.core.generate.Decoding;
import io.r1reward.core.generate.GenerationRequest;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.generate.UniformStream;
import io.r1reward.train.TinyTask;
import io.r1reward.train.model.NetworkSettings;
import io.r1reward.train.model.PolicyNetwork;
import io.r1reward.train.policy.PolicySampler;
import io.r1reward.train.run.TrainingException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ReplicasTest {
  private static Replicas replicas;

  @BeforeAll
  static void load() {
    try (Checkpoint checkpoint = Checkpoint.open(TinyTask.CHECKPOINT)) {
      replicas =
          Replicas.load(
              checkpoint,
              NetworkSettings.builder().threads(1).build(),
              Devices.of(List.of("cpu", "cpu", "cpu")),
              true,
              0);
    }
  }

  @AfterAll
  static void close() {
    replicas.close();
  }

  private int replica(PolicyNetwork network) {
    return replicas.networks().indexOf(network);
  }

  @Test
  void work_is_shared_by_cost_and_comes_back_in_order() {
    // 9 to the first, 5 to the second, 4 to the third, then 3 to the third (4 < 5 < 9),
    // 2 to the second (5 < 7 < 9), and 1 to the second or third, both at 7: the second
    List<Long> costs = List.of(1L, 9L, 3L, 5L, 2L, 4L);
    List<Integer> owners = replicas.map(costs, cost -> cost, (network, cost) -> replica(network));
    assertThat(owners).containsExactly(1, 0, 2, 1, 1, 2);
  }

  @Test
  void one_thread_works_on_one_replica() throws InterruptedException {
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    CountDownLatch together = new CountDownLatch(3);
    List<Boolean> met =
        replicas.onEach(
            List.of(0, 1, 2),
            (network, job) -> {
              threads.add(Thread.currentThread());
              together.countDown();
              try {
                return together.await(1, TimeUnit.MINUTES) && replica(network) == job;
              } catch (InterruptedException e) {
                return false;
              }
            });
    assertThat(met).containsExactly(true, true, true);
    assertThat(threads).hasSize(3).contains(Thread.currentThread());
  }

  @Test
  void failing_replica_is_named_and_stops_the_others() {
    AtomicInteger done = new AtomicInteger();
    CountDownLatch failed = new CountDownLatch(1);
    assertThatThrownBy(
            () ->
                replicas.map(
                    IntStream.range(0, 300).boxed().toList(),
                    job -> 1,
                    (network, job) -> {
                      if (replica(network) == 1) {
                        failed.countDown();
                        throw new EngineException("CUDA error: device-side assert");
                      }
                      awaitQuietly(failed);
                      return done.incrementAndGet();
                    }))
        .isInstanceOf(TrainingException.class)
        .hasMessage("replica 2 of 3, on cpu, failed: CUDA error: device-side assert")
        .hasCauseInstanceOf(EngineException.class);
    assertThat(done.get()).isLessThan(200);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void interruption_ends_the_work_of_all() {
    AtomicInteger done = new AtomicInteger();
    assertThatThrownBy(
            () ->
                replicas.map(
                    IntStream.range(0, 300).boxed().toList(),
                    job -> 1,
                    (network, job) -> {
                      if (replica(network) == 0) {
                        Thread.currentThread().interrupt();
                      }
                      return done.incrementAndGet();
                    }))
        .isInstanceOf(CancelledException.class)
        .hasMessage("training was interrupted");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(done.get()).isLessThan(300);
    assertThat(replicas.map(List.of(7), job -> 1, (network, job) -> job)).containsExactly(7);
  }

  @Test
  void sampler_for_each_replica_is_wanted() {
    assertThatThrownBy(() -> new SpreadSampler(replicas, List.of()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("each of 3 replicas needs a sampler, got 0");
  }

  /** Gives the first random number of every sample as its log-probability. */
  private static List<Completion> firstDraws(GenerationRequest request) {
    List<Completion> draws = new ArrayList<>();
    for (int prompt = 0; prompt < request.prompts().size(); prompt++) {
      for (int sample = 0; sample < request.samples(); sample++) {
        double draw =
            UniformStream.of(request.seedOf(prompt), request.prompts().get(prompt), sample).next();
        draws.add(
            new Completion(
                prompt,
                sample,
                new int[1],
                new float[] {(float) draw},
                new float[1][0],
                FinishReason.LENGTH));
      }
    }
    return draws;
  }

  @Test
  void equal_prompts_draw_the_same_numbers_on_any_number_of_devices() {
    Prompt prompt = Prompt.ofTokens(new int[] {1, 2, 3});
    GenerationRequest request =
        GenerationRequest.of(
                Collections.nCopies(5, prompt), 2, Decoding.greedy(1, ImmutableSet.of()), 7)
            .seededByPosition();
    PolicySampler sampler = (network, part) -> firstDraws(part);
    List<Completion> spread =
        new SpreadSampler(replicas, Collections.nCopies(3, sampler))
            .sample(replicas.first(), request);
    assertThat(spread.stream().map(c -> c.logProbabilities()[0]))
        .doesNotHaveDuplicates()
        .containsExactlyElementsOf(
            firstDraws(request).stream().map(c -> c.logProbabilities()[0]).toList());
    assertThat(spread.stream().map(Completion::prompt))
        .containsExactly(0, 0, 1, 1, 2, 2, 3, 3, 4, 4);
  }
}
