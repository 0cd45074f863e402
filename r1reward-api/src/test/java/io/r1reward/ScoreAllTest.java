package io.r1reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ScoreAllTest {
  private static ScoreRequest request(int number) {
    return ScoreRequest.of(
        PreferencePair.builder().question("?").first("" + number).second("1").build());
  }

  private static int number(ScoreRequest request) {
    return Integer.parseInt(request.pair().first());
  }

  private static CompletableFuture<PreferenceScore> done(ScoreRequest request) {
    return CompletableFuture.completedFuture(FakeModel.share(number(request) / 1000.0));
  }

  private static Iterable<Integer> numbers(int count) {
    return IntStream.range(0, count)::iterator;
  }

  private static double share(ScoreOutcome<?> outcome) {
    return outcome.orElseThrow().first();
  }

  @Test
  void outcomes_come_in_the_order_of_the_items_whatever_ends_first() {
    List<CompletableFuture<PreferenceScore>> running = new ArrayList<>();
    FakeModel model =
        new FakeModel(
            request -> {
              CompletableFuture<PreferenceScore> future = new CompletableFuture<>();
              running.add(future);
              if (running.size() == 4) { // the last first
                for (int i = 3; i >= 0; i--) {
                  running.get(i).complete(FakeModel.share(i / 1000.0));
                }
              }
              return future;
            });
    try (Stream<ScoreOutcome<Integer>> all = model.scoreAll(numbers(4), ScoreAllTest::request, 4)) {
      assertThat(all.map(outcome -> outcome.item() + " " + share(outcome)))
          .containsExactly("0 0.0", "1 0.001", "2 0.002", "3 0.003");
    }
  }

  @Test
  void items_are_taken_when_there_is_room_for_them() {
    AtomicInteger taken = new AtomicInteger();
    List<CompletableFuture<PreferenceScore>> running = new CopyOnWriteArrayList<>();
    FakeModel model =
        new FakeModel(
            request -> {
              CompletableFuture<PreferenceScore> future = new CompletableFuture<>();
              if (running.size() == 2) { // as many as may be under way: the oldest ends
                running.remove(0).complete(FakeModel.share(0));
              }
              running.add(future);
              return future;
            });
    Iterable<Integer> endless =
        () -> IntStream.iterate(0, i -> i + 1).peek(i -> taken.incrementAndGet()).iterator();
    Stream<ScoreOutcome<Integer>> all = model.scoreAll(endless, ScoreAllTest::request, 3);
    Iterator<ScoreOutcome<Integer>> outcomes = all.iterator();
    assertThat(taken).hasValue(0);
    for (int i = 0; i < 5; i++) {
      assertThat(outcomes.next().item()).isEqualTo(i);
    }
    assertThat(taken.get()).isBetween(7, 10);
    all.close();
    assertThat(running).allMatch(CompletableFuture::isCancelled);
  }

  @Test
  void a_pair_that_cannot_be_judged_is_an_outcome_and_ends_nothing() {
    FakeModel model =
        new FakeModel(
            request -> {
              return switch (number(request)) {
                case 1 -> throw new MediaException("broken picture");
                case 2 -> CompletableFuture.failedFuture(new PromptTooLongException("too long"));
                default -> done(request);
              };
            });
    List<ScoreOutcome<Integer>> outcomes =
        model
            .scoreAll(
                numbers(5),
                i -> {
                  if (i == 3) {
                    throw new InvalidInputException("not a pair");
                  }
                  return request(i);
                },
                2)
            .toList();
    assertThat(outcomes)
        .extracting(o -> o.problem() == null ? "" : o.problem().getMessage())
        .containsExactly("", "broken picture", "too long", "not a pair", "");
    assertThat(outcomes).extracting(ScoreOutcome::item).containsExactly(0, 1, 2, 3, 4);
    assertThatThrownBy(() -> outcomes.get(1).orElseThrow())
        .isInstanceOf(MediaException.class)
        .hasMessage("broken picture");
  }

  @Test
  void what_a_full_queue_refuses_is_submitted_again() {
    AtomicInteger refusals = new AtomicInteger();
    FakeModel model =
        new FakeModel(
            request -> {
              int refused = refusals.get();
              if (number(request) == 1 && refused < 2) {
                refusals.incrementAndGet();
                QueueFullException full = new QueueFullException("1 waits already");
                if (refused == 0) {
                  throw full;
                }
                return CompletableFuture.failedFuture(full);
              }
              return done(request);
            });
    assertThat(model.scoreAll(List.of(request(0), request(1), request(2))))
        .extracting(ScoreAllTest::share)
        .containsExactly(0.0, 0.001, 0.002);
    assertThat(refusals).hasValue(2);
    assertThat(model.asked).hasSize(5);
  }

  @Test
  void a_failing_engine_ends_the_stream_and_cancels_the_others() {
    List<CompletableFuture<PreferenceScore>> running = new CopyOnWriteArrayList<>();
    FakeModel model =
        new FakeModel(
            request -> {
              if (number(request) == 0) {
                return CompletableFuture.failedFuture(new EngineException("out of memory"));
              }
              running.add(new CompletableFuture<>());
              return running.get(running.size() - 1);
            });
    Iterator<ScoreOutcome<Integer>> outcomes =
        model.scoreAll(numbers(9), ScoreAllTest::request, 4).iterator();
    assertThatThrownBy(outcomes::next)
        .isInstanceOf(EngineException.class)
        .hasMessage("out of memory");
    assertThat(running).allMatch(CompletableFuture::isCancelled);
  }

  @Test
  void what_the_items_or_the_reader_throw_cancels_what_is_under_way() {
    List<CompletableFuture<PreferenceScore>> running = new CopyOnWriteArrayList<>();
    FakeModel model =
        new FakeModel(
            request -> {
              running.add(number(request) == 0 ? done(request).copy() : new CompletableFuture<>());
              return running.get(running.size() - 1);
            });
    Iterable<Integer> broken =
        () ->
            IntStream.range(0, 3)
                .peek(
                    i -> {
                      if (i == 2) {
                        throw new IllegalStateException("line 3 cannot be read");
                      }
                    })
                .iterator();
    assertThatThrownBy(() -> model.scoreAll(broken, ScoreAllTest::request, 3).toList())
        .hasMessage("line 3 cannot be read");
    assertThat(running.get(1)).isCancelled();

    running.clear();
    assertThatThrownBy(
            () ->
                model
                    .scoreAll(numbers(9), ScoreAllTest::request, 3)
                    .forEach(
                        outcome -> {
                          throw new IllegalStateException("disk full");
                        }))
        .hasMessage("disk full");
    assertThat(running.subList(1, running.size())).allMatch(CompletableFuture::isCancelled);
  }

  @Test
  void an_interrupt_cancels_and_leaves_the_flag_set() throws Exception {
    CompletableFuture<PreferenceScore> never = new CompletableFuture<>();
    CountDownLatch asked = new CountDownLatch(1);
    FakeModel model =
        new FakeModel(
            request -> {
              asked.countDown();
              return never;
            });
    AtomicReference<String> seen = new AtomicReference<>();
    Thread reader =
        new Thread(
            () -> {
              Throwable thrown = catchThrowable(() -> model.scoreAll(List.of(request(1))).toList());
              seen.set(
                  thrown.getClass().getSimpleName() + " " + Thread.currentThread().isInterrupted());
            });
    reader.start();
    assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
    reader.interrupt();
    reader.join(10_000);
    assertThat(seen).hasValue("CancelledException true");
    assertThat(never).isCancelled();
  }

  @Test
  void closing_from_another_thread_ends_a_stream_that_waits() throws Exception {
    CompletableFuture<PreferenceScore> never = new CompletableFuture<>();
    CountDownLatch asked = new CountDownLatch(1);
    FakeModel model =
        new FakeModel(
            request -> {
              if (number(request) == 0) {
                return done(request);
              }
              asked.countDown();
              return never;
            });
    Stream<ScoreOutcome<Integer>> all = model.scoreAll(numbers(2), ScoreAllTest::request, 1);
    CompletableFuture<List<Integer>> read =
        CompletableFuture.supplyAsync(() -> all.map(ScoreOutcome::item).toList());
    assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
    all.close();
    assertThat(read.get(10, TimeUnit.SECONDS)).containsExactly(0);
    assertThat(never).isCancelled();
  }

  /** Ended for its reader before those who wait for its end have been told. */
  private static final class Tardy extends CompletableFuture<PreferenceScore> {
    @Override
    public CompletableFuture<PreferenceScore> whenComplete(
        BiConsumer<? super PreferenceScore, ? super Throwable> action) {
      complete(FakeModel.share(0));
      CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS)
          .execute(() -> action.accept(null, null));
      return this;
    }
  }

  @Test
  void no_item_is_left_out_where_its_room_is_free_only_after_the_last_outcome() {
    FakeModel model = new FakeModel(request -> new Tardy());
    assertThat(model.scoreAll(numbers(3), ScoreAllTest::request, 1))
        .extracting(ScoreOutcome::item)
        .containsExactly(0, 1, 2);
  }

  @Test
  void an_outcome_that_is_there_does_not_wait_for_the_next_item() {
    AtomicInteger handedOver = new AtomicInteger();
    Iterator<Integer> slow =
        new Iterator<>() {
          private int next;

          @Override
          public boolean hasNext() {
            assertThat(handedOver).hasValue(next); // it waits for the answer before it asks again
            return next < 3;
          }

          @Override
          public Integer next() {
            return next++;
          }
        };
    FakeModel model = new FakeModel(ScoreAllTest::done);
    model
        .scoreAll(() -> slow, ScoreAllTest::request, 8)
        .forEach(outcome -> handedOver.incrementAndGet());
    assertThat(handedOver).hasValue(3);
  }

  @Test
  void closing_while_an_item_is_submitted_cancels_that_item_too() throws Exception {
    for (int round = 0; round < 2_000; round++) {
      List<CompletableFuture<PreferenceScore>> running = new CopyOnWriteArrayList<>();
      CountDownLatch asked = new CountDownLatch(1);
      FakeModel model =
          new FakeModel(
              request -> {
                running.add(new CompletableFuture<>());
                asked.countDown();
                return running.get(running.size() - 1);
              });
      Stream<ScoreOutcome<Integer>> all = model.scoreAll(numbers(50), ScoreAllTest::request, 50);
      CompletableFuture<Long> read = CompletableFuture.supplyAsync(all::count);
      asked.await();
      all.close();
      assertThat(read.get(10, TimeUnit.SECONDS)).isZero();
      assertThat(running).as("round %d", round).allMatch(CompletableFuture::isCancelled);
    }
  }

  @Test
  void wrong_arguments_are_named() {
    FakeModel model = FakeModel.ofNumbers();
    assertThatThrownBy(() -> model.scoreAll(numbers(1), ScoreAllTest::request, 0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("atOnce must be at least 1, got 0");
    List<ScoreRequest> hole = new ArrayList<>();
    hole.add(null);
    assertThatThrownBy(() -> model.scoreAll(hole).toList())
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("item must not be null");
    assertThatThrownBy(() -> new ScoreOutcome<>("a", null, null))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("an outcome has either a score or a problem");
  }
}
