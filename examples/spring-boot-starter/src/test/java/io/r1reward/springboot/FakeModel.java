package io.r1reward.springboot;

import io.r1reward.CancelledException;
import io.r1reward.FinishReason;
import io.r1reward.Judgement;
import io.r1reward.ModelInfo;
import io.r1reward.ModelListener;
import io.r1reward.Order;
import io.r1reward.PreferenceScore;
import io.r1reward.Preferred;
import io.r1reward.QueueFullException;
import io.r1reward.RewardModel;
import io.r1reward.ScoreRequest;
import io.r1reward.spi.ModelSettings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Prefers the first response, in two tokens for a prompt of five of which three are known, and
 * tells its listener. A request whose question is "wait" ends when {@link #waiting} is completed or
 * the model is closed; "fail" is refused.
 */
final class FakeModel implements RewardModel {
  final ModelSettings settings;
  final CompletableFuture<PreferenceScore> waiting = new CompletableFuture<>();
  final CountDownLatch entered = new CountDownLatch(1);
  final AtomicInteger submitted = new AtomicInteger();
  final CountDownLatch closed = new CountDownLatch(1);

  FakeModel(ModelSettings settings) {
    this.settings = settings;
  }

  static PreferenceScore score() {
    return PreferenceScore.of(
        5,
        List.of(
            new Judgement(
                Preferred.FIRST,
                Order.GIVEN,
                "",
                "1",
                List.of(7, 8),
                -1,
                OptionalDouble.empty(),
                FinishReason.STOP,
                true)));
  }

  @Override
  public CompletableFuture<PreferenceScore> submit(ScoreRequest request) {
    ModelListener listener = settings.modelListener();
    if (listener == null) {
      listener = new ModelListener() {};
    }
    listener.requestQueued(new ModelListener.Queued(ModelListener.Kind.SCORE, 1));
    String question = request.pair().question();
    submitted.incrementAndGet();
    if (question.equals("wait")) {
      entered.countDown();
      return waiting;
    }
    if (question.equals("fail")) {
      QueueFullException failure = new QueueFullException("full");
      listener.requestFinished(
          finished(ModelListener.Outcome.FAILED, Optional.of(failure), Optional.empty(), 0));
      throw failure;
    }
    listener.judgementEnded(
        new ModelListener.Judged(ModelListener.Kind.SCORE, 2, FinishReason.STOP));
    listener.requestFinished(
        finished(ModelListener.Outcome.COMPLETE, Optional.empty(), Optional.of(score()), 1));
    return CompletableFuture.completedFuture(score());
  }

  private static ModelListener.Finished finished(
      ModelListener.Outcome outcome,
      Optional<Throwable> failure,
      Optional<PreferenceScore> score,
      int judged) {
    return new ModelListener.Finished(
        ModelListener.Kind.SCORE,
        outcome,
        failure,
        score,
        Optional.empty(),
        Duration.ofMillis(250),
        5 * judged,
        3 * judged,
        2 * judged,
        judged,
        judged,
        4 * judged,
        6 * judged,
        0);
  }

  @Override
  public ModelInfo info() {
    return new ModelInfo("fake", "cpu", "float32", "plain", "none", 1, 1, 1, 1);
  }

  @Override
  public boolean isOpen() {
    return closed.getCount() > 0;
  }

  @Override
  public void close() {
    closed.countDown();
    waiting.completeExceptionally(new CancelledException("closed"));
  }
}
