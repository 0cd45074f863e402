package io.r1reward.core.generate;

import static io.r1reward.core.generate.BatchingGeneratorTest.greedy;
import static io.r1reward.core.generate.BatchingGeneratorTest.listening;
import static io.r1reward.core.generate.BatchingGeneratorTest.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.util.concurrent.Uninterruptibles;
import io.r1reward.CancelledException;
import io.r1reward.EngineException;
import io.r1reward.FinishReason;
import io.r1reward.QueueFullException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Cancellation, failures, the bound of the queue, and closing. */
@Timeout(60) // against a hang; nothing here takes long
class BatchingGeneratorFailureTest {
  private final FakeEngine engine = new FakeEngine(BatchingGeneratorTest.CONTEXT);

  @AfterEach
  void nothing_is_left_open() {
    assertThat(engine.openStates).hasValue(0);
    assertThat(engine.openBatches).hasValue(0);
    assertThat(engine.closed).hasValue(1);
    assertThat(engine.threads).hasSize(1);
  }

  private Generator open(int rows, int queue) {
    return BatchingGenerator.open(() -> engine, rows, queue);
  }

  private void awaitStep(int number) {
    while (engine.steps.get() < number) {
      Thread.onSpinWait();
    }
  }

  /** Throws once. */
  private static Runnable once(Throwable thrown) {
    AtomicBoolean done = new AtomicBoolean();
    return () -> {
      if (done.compareAndSet(false, true)) {
        if (thrown instanceof Error error) {
          throw error;
        }
        throw (RuntimeException) thrown;
      }
    };
  }

  private static Throwable failure(CompletableFuture<?> future) throws InterruptedException {
    try {
      Object value = future.get();
      throw new AssertionError("completed with " + value);
    } catch (ExecutionException e) {
      return e.getCause();
    }
  }

  @Test
  void cancelling_one_sample_leaves_the_others_and_its_tokens() throws Exception {
    try (Generator generator = open(4, 8)) {
      List<Completion> whole = generator.generate(greedy(1, 3, 10));
      int before = engine.steps.get();
      Semaphore gate = engine.gateSteps();
      Generation generation = generator.submit(greedy(1, 3, 10));
      gate.release(3);
      awaitStep(before + 4); // three tokens are there, the fourth waits
      generation.cancel(0, 1);
      gate.release(100);
      Completion cancelled = generation.completion(0, 1).get();
      assertThat(cancelled.finishReason()).isEqualTo(FinishReason.CANCELLED);
      assertThat(cancelled.tokens())
          .containsExactly(java.util.Arrays.copyOf(whole.get(1).tokens(), 4));
      assertThat(cancelled.logProbabilities()).hasSize(4);
      List<Completion> all = generation.all().get();
      assertThat(all.get(0).tokens()).isEqualTo(whole.get(0).tokens());
      assertThat(all.get(1).tokens()).hasSize(4);
      assertThat(all.get(2).tokens()).isEqualTo(whole.get(2).tokens());
    }
  }

  @Test
  void cancelling_a_request_ends_running_and_unstarted_samples() throws Exception {
    try (Generator generator = open(2, 8)) {
      Semaphore gate = engine.gateSteps();
      Generation generation = generator.submit(greedy(1, 5, 50));
      awaitStep(1);
      generation.cancel();
      gate.release(100);
      List<Completion> all = generation.all().get();
      assertThat(all)
          .extracting(Completion::finishReason)
          .containsOnly(FinishReason.CANCELLED)
          .hasSize(5);
      assertThat(all).extracting(completion -> completion.tokens().length).startsWith(1, 1, 0, 0);
      assertThat(generator.generate(greedy(2, 1, 3)).get(0).tokens()).hasSize(3);
    }
  }

  @Test
  void a_request_cancelled_while_it_waits_ends_without_a_prefill() throws Exception {
    try (Generator generator = open(1, 1)) {
      Semaphore gate = engine.gateSteps();
      Generation running = generator.submit(greedy(1, 1, 3));
      awaitStep(1);
      Generation waiting = generator.submit(greedy(2, 2, 3));
      waiting.cancel();
      Generation next = generator.submit(greedy(3, 1, 3)); // its place in the queue is free
      gate.release(100);
      assertThat(waiting.all().get())
          .extracting(Completion::finishReason)
          .containsExactly(FinishReason.CANCELLED, FinishReason.CANCELLED);
      running.all().get();
      next.all().get();
      assertThat(engine.prefills).containsExactly(List.of(1), List.of(3));
    }
  }

  @Test
  void the_futures_a_caller_gets_are_his_own() throws Exception {
    try (Generator generator = open(2, 8)) {
      Semaphore gate = engine.gateSteps();
      Generation generation = generator.submit(greedy(1, 1, 3));
      assertThat(generation.completion(0, 0).cancel(true)).isTrue();
      assertThat(generation.all().cancel(true)).isTrue();
      gate.release(100);
      assertThat(generation.all().get().get(0).tokens()).hasSize(3);
      assertThat(generation.completion(0, 0).get().tokens()).hasSize(3);
    }
  }

  @Test
  void a_full_queue_refuses_and_recovers() throws Exception {
    try (Generator generator = open(1, 2)) {
      Semaphore gate = engine.gateSteps();
      Generation running = generator.submit(greedy(1, 1, 2));
      awaitStep(1);
      generator.submit(greedy(2, 1, 2));
      Generation last = generator.submit(greedy(3, 1, 2));
      assertThatThrownBy(() -> generator.submit(greedy(4, 1, 2)))
          .isInstanceOf(QueueFullException.class)
          .hasMessage("2 requests wait already, the queue holds 2");
      gate.release(100);
      running.all().get();
      last.all().get();
      assertThat(generator.generate(greedy(4, 1, 2))).hasSize(1);
    }
  }

  @Test
  void a_listener_that_throws_fails_its_request_alone() throws Exception {
    try (Generator generator = open(4, 8)) {
      List<Completion> expected = generator.generate(request(2, 2));
      Semaphore gate = engine.gateSteps();
      int before = engine.steps.get();
      Generation bystander = generator.submit(request(2, 2));
      awaitStep(before + 1);
      IllegalStateException thrown = new IllegalStateException("no room on the screen");
      Generation failing =
          generator.submit(
              listening(
                  greedy(1, 2, 9),
                  (prompt, sample, token) -> {
                    throw thrown;
                  }));
      gate.release(100);
      assertThat(failure(failing.all())).isSameAs(thrown);
      assertThat(failure(failing.completion(0, 1))).isSameAs(thrown);
      assertThat(bystander.all().get())
          .extracting(BatchingGeneratorTest::show)
          .isEqualTo(expected.stream().map(BatchingGeneratorTest::show).toList());
    }
  }

  @Test
  void a_failed_prefill_fails_its_request_alone() throws Exception {
    try (Generator generator = open(4, 8)) {
      Semaphore gate = engine.gateSteps();
      Generation bystander = generator.submit(greedy(2, 1, 4));
      awaitStep(1);
      engine.onPrefill = once(new OutOfMemoryError("device memory"));
      Generation failing = generator.submit(greedy(1, 3, 4));
      gate.release(100);
      assertThat(failure(failing.all()))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("device memory")
          .hasCauseInstanceOf(OutOfMemoryError.class);
      assertThat(bystander.all().get().get(0).tokens()).hasSize(4);
      assertThat(generator.generate(greedy(1, 3, 4))).hasSize(3);
    }
  }

  @Test
  void a_failed_step_fails_what_is_in_the_batch_and_the_generator_goes_on() throws Exception {
    for (Throwable thrown :
        List.of(new IllegalStateException("nan"), new OutOfMemoryError("device memory"))) {
      FakeEngine other = new FakeEngine(BatchingGeneratorTest.CONTEXT);
      try (Generator generator = BatchingGenerator.open(() -> other, 2, 8)) {
        Semaphore gate = other.gateSteps();
        // the second request is prefilled and has one sample in the batch, the third waits
        Generation first = generator.submit(greedy(1, 1, 4));
        while (other.steps.get() == 0) {
          Thread.onSpinWait();
        }
        Generation second = generator.submit(greedy(2, 3, 4));
        Generation third = generator.submit(greedy(3, 1, 4));
        gate.release();
        while (other.steps.get() == 1) {
          Thread.onSpinWait();
        }
        other.onStep = once(thrown);
        gate.release();
        assertThat(failure(first.all()))
            .isInstanceOf(EngineException.class)
            .hasMessageContaining("a decoding step failed")
            .hasCause(thrown);
        assertThat(failure(second.completion(0, 2))).hasCause(thrown);
        assertThat(third.all().get().get(0).tokens()).hasSize(4);
        assertThat(generator.generate(request(1, 3))).hasSize(3);
      }
      assertThat(other.openStates).hasValue(0);
      assertThat(other.openBatches).hasValue(0);
    }
    open(1, 1).close();
  }

  @Test
  void failures_to_add_remove_and_make_a_batch_do_not_stop_the_generator() throws Exception {
    try (Generator generator = open(2, 8)) {
      engine.onNewBatch = once(new IllegalStateException("no batch"));
      assertThat(failure(generator.submit(greedy(1, 2, 4)).all())).hasMessageContaining("no batch");
      engine.onAdd = once(new IllegalStateException("no row"));
      assertThat(failure(generator.submit(greedy(1, 2, 4)).all())).hasMessageContaining("no row");
      engine.onRemove = once(new IllegalStateException("stuck"));
      Generation ended = generator.submit(greedy(1, 1, 4));
      assertThat(ended.all().get().get(0).tokens()).hasSize(4); // it had ended before
      assertThat(generator.generate(greedy(1, 2, 4))).hasSize(2);
    }
  }

  @Test
  void close_cancels_what_runs_and_fails_what_waits() throws Exception {
    Generator generator = open(1, 8);
    Semaphore gate = engine.gateSteps();
    Generation running = generator.submit(greedy(1, 2, 30));
    awaitStep(1);
    Generation waiting = generator.submit(greedy(2, 1, 3));
    Thread closer = new Thread(generator::close);
    closer.start();
    while (closer.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    gate.release(); // the step that was under way ends; no other is asked for
    closer.join();
    assertThat(running.all().get())
        .extracting(Completion::finishReason)
        .containsExactly(FinishReason.CANCELLED, FinishReason.CANCELLED);
    assertThat(failure(waiting.all()))
        .isInstanceOf(CancelledException.class)
        .hasMessage("the generator is closed");
    generator.close(); // again
    assertThatThrownBy(() -> generator.submit(greedy(1, 1, 1)))
        .isInstanceOf(CancelledException.class);
    assertThat(engine.steps).hasValue(1);
  }

  @Test
  void close_on_the_generators_own_thread_does_not_hang() throws Exception {
    Generator generator = open(1, 8);
    Generation generation =
        generator.submit(
            listening(
                greedy(1, 2, 30),
                (prompt, sample, token) -> {
                  generator.close();
                  Thread.currentThread().interrupt();
                  return true;
                }));
    assertThat(generation.all().get())
        .extracting(completion -> completion.tokens().length)
        .containsExactly(1, 0);
    generator.close();
  }

  @Test
  void is_open_after_an_error_in_a_step_but_not_after_its_thread_has_ended() throws Exception {
    try (Generator generator = open(1, 8)) {
      engine.onStep = once(new StackOverflowError("decode"));
      assertThat(failure(generator.submit(greedy(1, 1, 4)).all())).hasMessageContaining("decode");
      assertThat(generator.isOpen()).isTrue();
      assertThat(generator.generate(greedy(1, 1, 4))).hasSize(1);

      engine.withoutLogProbabilities = true;
      assertThat(failure(generator.submit(greedy(1, 1, 4)).all()))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("1 tokens with 0 log-probabilities");
      engine.withoutLogProbabilities = false;
      assertThat(generator.generate(greedy(1, 1, 4))).hasSize(1);

      CountDownLatch waits = new CountDownLatch(1);
      engine.onAdd =
          () -> {
            Uninterruptibles.awaitUninterruptibly(waits);
            throw new IllegalStateException("add");
          };
      engine.withoutRows = true;
      Generation first = generator.submit(greedy(1, 1, 4));
      Generation second = generator.submit(greedy(1, 1, 4));
      waits.countDown();
      assertThat(failure(first.all())).hasMessageContaining("add");
      assertThat(failure(second.all()))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("the generator stopped serving");
      assertThat(generator.isOpen()).isFalse();
      assertThatThrownBy(() -> generator.submit(greedy(1, 1, 4)))
          .isInstanceOf(CancelledException.class);
    }
  }

  @Test
  void an_interrupt_on_the_generators_thread_does_not_end_it() {
    try (Generator generator = open(1, 8)) {
      generator.generate(
          listening(
              greedy(1, 1, 2),
              (prompt, sample, token) -> {
                Thread.currentThread().interrupt();
                return true;
              }));
      assertThat(generator.generate(greedy(2, 1, 2)).get(0).tokens()).hasSize(2);
    }
  }

  @Test
  void an_interrupted_caller_cancels_his_generation() throws Exception {
    try (Generator generator = open(1, 8)) {
      Semaphore gate = engine.gateSteps();
      AtomicReference<Throwable> thrown = new AtomicReference<>();
      Thread caller =
          new Thread(
              () -> {
                try {
                  generator.generate(greedy(1, 1, 50));
                } catch (CancelledException e) {
                  thrown.set(e);
                }
              });
      caller.start();
      awaitStep(1);
      caller.interrupt();
      caller.join();
      assertThat(thrown.get()).hasMessage("interrupted while waiting for a generation");
      gate.release(100);
      generator.generate(greedy(2, 1, 2));
      assertThat(engine.steps).hasValue(3); // one of the first, two of the second
    }
  }

  @Test
  void an_idle_generator_waits_on_its_daemon_thread() throws Exception {
    try (Generator generator = open(1, 8)) {
      generator.generate(greedy(1, 1, 2));
      Thread thread = engine.threads.iterator().next();
      while (thread.getState() != Thread.State.WAITING) {
        Thread.onSpinWait();
      }
      assertThat(thread.isDaemon()).isTrue();
      assertThat(thread.getName()).isEqualTo("r1reward-generator");
    }
  }
}
