package io.r1reward.springboot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.r1reward.CancelledException;
import io.r1reward.PreferencePair;
import io.r1reward.RankRequest;
import io.r1reward.RewardModel;
import io.r1reward.ScoreRequest;
import io.r1reward.spi.ModelSettings;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DrainingModelTest {
  private final FakeModel inner = new FakeModel(ModelSettings.builder().build());

  private DrainingModel model(Duration limit) {
    return new DrainingModel(inner, limit);
  }

  static ScoreRequest request(String question) {
    return ScoreRequest.of(
        PreferencePair.builder().question(question).first("So.").second("Thus.").build());
  }

  static Throwable refusal(RewardModel model, String question) {
    return catchThrowable(() -> model.submit(request(question)));
  }

  private static void awaitClosing(DrainingModel model) {
    while (model.isOpen()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void a_shutdown_waits_for_what_is_under_way_and_refuses_what_is_new() {
    DrainingModel model = model(Duration.ofMinutes(5));
    var underWay = model.submit(request("wait"));
    CompletableFuture<Void> closing = CompletableFuture.runAsync(model::close);
    awaitClosing(model);
    assertThat(refusal(model, "How?"))
        .isInstanceOf(CancelledException.class)
        .hasMessage("the model is closed, it takes no new requests");
    assertThat(inner.isOpen()).isTrue();
    assertThat(closing).isNotDone();
    inner.waiting.complete(FakeModel.score());
    closing.join();
    assertThat(underWay).isCompletedWithValue(FakeModel.score());
    assertThat(inner.isOpen()).isFalse();
  }

  @Test
  void a_ranking_under_way_makes_its_comparisons_to_the_end() throws InterruptedException {
    DrainingModel model = model(Duration.ofMinutes(5));
    var ranking =
        model.rankAsync(
            RankRequest.builder("wait", List.of("a", "b", "c", "d", "e", "f", "g", "h", "i"))
                .build());
    assertThat(inner.entered.await(1, TimeUnit.MINUTES)).isTrue();
    CompletableFuture<Void> closing = CompletableFuture.runAsync(model::close);
    awaitClosing(model);
    // fewer than all of them are under way at a time, so the last come while the model closes
    assertThat(inner.submitted).hasValueLessThan(36);
    assertThat(closing).isNotDone();
    inner.waiting.complete(FakeModel.score());
    assertThat(ranking.join().complete()).isTrue();
    closing.join();
    assertThat(inner.submitted).hasValue(36);
    assertThat(inner.isOpen()).isFalse();
  }

  @Test
  void what_is_under_way_is_cancelled_when_the_limit_is_over() {
    DrainingModel model = model(Duration.ZERO);
    var underWay = model.submit(request("wait"));
    model.close();
    assertThat(inner.isOpen()).isFalse();
    assertThat(underWay).isCompletedExceptionally();
  }

  @Test
  void cancelled_failed_and_refused_requests_are_not_waited_for() {
    DrainingModel model = model(Duration.ofMinutes(5));
    var waiting = model.submit(request("wait"));
    assertThat(waiting.cancel(true)).isTrue();
    assertThat(inner.waiting).isCancelled();
    assertThat(refusal(model, "fail")).hasMessage("full");
    model.warmUp();
    model.close();
    model.close();
    assertThat(inner.isOpen()).isFalse();
  }

  @Test
  void an_endless_limit_is_no_hindrance() {
    DrainingModel model = model(Duration.ofSeconds(Long.MAX_VALUE));
    var underWay = model.submit(request("wait"));
    CompletableFuture<Void> closing = CompletableFuture.runAsync(model::close);
    awaitClosing(model);
    assertThat(inner.isOpen()).isTrue();
    inner.waiting.complete(FakeModel.score());
    closing.join();
    assertThat(underWay).isCompleted();
    assertThat(inner.isOpen()).isFalse();
  }

  @Test
  void an_interrupted_shutdown_closes_at_once() {
    DrainingModel model = model(Duration.ofMinutes(5));
    var underWay = model.submit(request("wait"));
    Thread.currentThread().interrupt();
    model.close();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(inner.isOpen()).isFalse();
    assertThat(underWay).isCompletedExceptionally();
  }
}
