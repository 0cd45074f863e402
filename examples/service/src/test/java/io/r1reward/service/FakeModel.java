package io.r1reward.service;

import io.r1reward.CancelledException;
import io.r1reward.EngineException;
import io.r1reward.FinishReason;
import io.r1reward.Judgement;
import io.r1reward.ModelInfo;
import io.r1reward.Order;
import io.r1reward.PreferenceScore;
import io.r1reward.Preferred;
import io.r1reward.QueueFullException;
import io.r1reward.RewardModel;
import io.r1reward.ScoreRequest;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Prefers the second answer by three votes of four, in three tokens each for a prompt of five. Some
 * questions are special: "wait" never ends, "talk" talks until it is cancelled, the others name
 * what fails.
 */
final class FakeModel implements RewardModel {
  final BlockingQueue<ScoreRequest> requests = new LinkedBlockingQueue<>();
  final BlockingQueue<CompletableFuture<PreferenceScore>> futures = new LinkedBlockingQueue<>();

  private static Judgement judgement(Preferred preferred, Order order, double soft) {
    return new Judgement(
        preferred,
        order,
        "It <b>counts</b> three.",
        "",
        List.of(7, 8, 9),
        -1,
        OptionalDouble.of(soft),
        FinishReason.STOP,
        true);
  }

  @Override
  public CompletableFuture<PreferenceScore> submit(ScoreRequest request) {
    requests.add(request);
    CompletableFuture<PreferenceScore> future = new CompletableFuture<>();
    futures.add(future);
    switch (request.pair().question()) {
      case "wait" -> {}
      case "full" -> throw new QueueFullException("1024 requests wait, the most that may");
      case "closed" -> throw new CancelledException("the model is closed");
      case "broken" -> future.completeExceptionally(new EngineException("secret of the engine"));
      case "slow" -> future.complete(PreferenceScore.of(5, List.of()));
      case "talk" -> new Thread(() -> talk(request, future)).start();
      default -> new Thread(() -> judge(request, future)).start();
    }
    return future;
  }

  private static void talk(ScoreRequest request, CompletableFuture<PreferenceScore> future) {
    while (!future.isDone()) {
      request.listener().onText(0, Order.GIVEN, "and so on ".repeat(1000));
    }
  }

  private static void judge(ScoreRequest request, CompletableFuture<PreferenceScore> future) {
    if (request.listener() != null) {
      request.listener().onText(0, Order.GIVEN, "It <b>counts");
      request.listener().onText(0, Order.SWAPPED, "I see\n\ntwo.");
      request.listener().onText(0, Order.GIVEN, "</b> three.");
    }
    future.complete(
        PreferenceScore.of(
            5,
            List.of(
                judgement(Preferred.SECOND, Order.GIVEN, 0.25),
                judgement(Preferred.FIRST, Order.SWAPPED, 0.75),
                judgement(Preferred.SECOND, Order.GIVEN, 0.125),
                judgement(Preferred.SECOND, Order.SWAPPED, 0.375))));
  }

  @Override
  public ModelInfo info() {
    return new ModelInfo("fake", "cpu", "float32", "plain", "none", 1, 1, 1, 1);
  }

  @Override
  public void close() {}
}
