package io.r1reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class RewardModelTest {

  private static final PreferencePair PAIR =
      PreferencePair.builder().question("q").first("1").second("3").build();

  @Test
  void the_short_forms_submit_one_request_with_defaults() {
    FakeModel model = FakeModel.ofNumbers();

    assertThat(model.score(PAIR).first()).isEqualTo(0.25); // 1 / (1 + 3)
    model.score(PAIR, Voting.majority(7));

    assertThat(model.asked)
        .containsExactly(
            ScoreRequest.of(PAIR), ScoreRequest.builder(PAIR).voting(Voting.majority(7)).build());
  }

  @Test
  void what_submit_refuses_reaches_the_caller_as_it_is() {
    MediaException refusal = new MediaException("cat.png does not exist");
    FakeModel model =
        new FakeModel(
            request -> {
              throw refusal;
            });

    assertThatThrownBy(() -> model.score(PAIR)).isSameAs(refusal);
  }

  @Test
  void a_failure_of_this_library_keeps_its_type() {
    QueueFullException failure = new QueueFullException("1024 requests wait, the limit is 1024");
    FakeModel model = new FakeModel(request -> CompletableFuture.failedFuture(failure));

    assertThatThrownBy(() -> model.score(PAIR)).isSameAs(failure);
  }

  @Test
  void any_other_failure_becomes_an_engine_exception_that_names_it() {
    FakeModel model =
        new FakeModel(
            request -> CompletableFuture.failedFuture(new IllegalStateException("broken kernel")));

    assertThatThrownBy(() -> model.score(PAIR))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("broken kernel")
        .hasRootCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void a_cancelled_score_is_told_as_cancelled() {
    CompletableFuture<PreferenceScore> cancelled = new CompletableFuture<>();
    cancelled.cancel(true);

    assertThatThrownBy(() -> new FakeModel(request -> cancelled).score(PAIR))
        .isInstanceOf(CancelledException.class)
        .hasMessage("the score was cancelled");
  }

  @Test
  void an_interrupted_caller_cancels_its_score_and_keeps_its_flag() throws InterruptedException {
    CompletableFuture<PreferenceScore> never = new CompletableFuture<>();
    CountDownLatch submitted = new CountDownLatch(1);
    FakeModel model =
        new FakeModel(
            request -> {
              submitted.countDown();
              return never;
            });
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    AtomicReference<Boolean> flag = new AtomicReference<>();
    Thread caller =
        new Thread(
            () -> {
              thrown.set(catchThrowable(() -> model.score(PAIR)));
              flag.set(Thread.currentThread().isInterrupted());
            });

    caller.start();
    submitted.await();
    caller.interrupt();
    caller.join();

    assertThat(thrown.get())
        .isInstanceOf(CancelledException.class)
        .hasMessage("interrupted while waiting for a score");
    assertThat(flag.get()).isTrue();
    assertThat(never).isCancelled();
  }

  @Test
  void warming_up_asks_for_one_greedy_token() {
    FakeModel model = new FakeModel(r -> CompletableFuture.completedFuture(FakeModel.share(0.5)));

    model.warmUp();

    assertThat(model.asked).hasSize(1);
    assertThat(model.asked.get(0).voting()).isEqualTo(Voting.single());
    assertThat(model.asked.get(0).sampling())
        .isEqualTo(Sampling.builder().temperature(0).maxNewTokens(1).build());
    assertThat(model.isOpen()).isTrue();
  }

  @Test
  void a_model_without_a_checkpoint_is_refused() {
    assertThatThrownBy(() -> RewardModel.builder().device("cpu").load())
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("a reward model needs a checkpoint folder, none was given");
  }
}
