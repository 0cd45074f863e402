package io.r1reward.springboot;

import io.r1reward.CancelledException;
import io.r1reward.ModelInfo;
import io.r1reward.PreferenceScore;
import io.r1reward.RankRequest;
import io.r1reward.Ranking;
import io.r1reward.Rating;
import io.r1reward.RatingRequest;
import io.r1reward.RewardModel;
import io.r1reward.ScoreRequest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model whose {@link #close} refuses new requests and lets those under way end, rankings
 * included, for a limited time. Thread-safe.
 */
final class DrainingModel implements RewardModel {
  private static final Logger LOG = LoggerFactory.getLogger(DrainingModel.class);

  private final RewardModel model;
  private final Duration limit;
  private final long limitNanos;
  private final Object lock = new Object();
  private boolean closing;
  private int underWay;

  DrainingModel(RewardModel model, Duration limit) {
    this.model = model;
    this.limit = limit;
    limitNanos = TimeUnit.NANOSECONDS.convert(limit); // at most some 292 years
  }

  private void enter() {
    synchronized (lock) {
      if (closing) {
        throw new CancelledException("the model is closed, it takes no new requests");
      }
      underWay++;
    }
  }

  private void leave() {
    synchronized (lock) {
      underWay--;
      lock.notifyAll();
    }
  }

  private <T> T waited(Supplier<T> request) {
    enter();
    try {
      return request.get();
    } finally {
      leave();
    }
  }

  /** Returns the model's own future, so that cancelling it reaches the model. */
  private <T> CompletableFuture<T> started(Supplier<CompletableFuture<T>> request) {
    enter();
    CompletableFuture<T> future;
    try {
      future = request.get();
    } catch (RuntimeException | Error e) {
      leave();
      throw e;
    }
    var unused = future.whenComplete((result, failure) -> leave());
    return future;
  }

  @Override
  public CompletableFuture<PreferenceScore> submit(ScoreRequest request) {
    return started(() -> model.submit(request));
  }

  @Override
  public CompletableFuture<PreferenceScore> submitAsync(ScoreRequest request) {
    return started(() -> model.submitAsync(request));
  }

  @Override
  public CompletableFuture<Rating> rateAsync(RatingRequest request) {
    return started(() -> model.rateAsync(request));
  }

  @Override
  public Ranking rank(RankRequest request) {
    return waited(() -> model.rank(request));
  }

  @Override
  public CompletableFuture<Ranking> rankAsync(RankRequest request) {
    return started(() -> model.rankAsync(request));
  }

  @Override
  public void warmUp() {
    Void unused =
        waited(
            () -> {
              model.warmUp();
              return null;
            });
  }

  @Override
  public ModelInfo info() {
    return model.info();
  }

  @Override
  public boolean isOpen() {
    synchronized (lock) {
      return !closing && model.isOpen();
    }
  }

  /** Waits for requests under way, at most the limit, and closes the model. */
  @Override
  public void close() {
    long end = System.nanoTime() + limitNanos;
    synchronized (lock) {
      closing = true;
      try {
        for (long left = limitNanos; underWay > 0 && left > 0; left = end - System.nanoTime()) {
          TimeUnit.NANOSECONDS.timedWait(lock, left);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      if (underWay > 0) {
        LOG.warn("{} requests are cancelled, they did not end within {}", underWay, limit);
      }
    }
    model.close();
  }
}
