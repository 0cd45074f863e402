package io.r1reward.spark;

import io.r1reward.train.loss.ClippedSurrogate;
import io.r1reward.train.loss.PolicyLoss;
import io.r1reward.train.loss.PolicyLossBatch;
import io.r1reward.train.loss.PolicyLossResult;
import java.util.concurrent.atomic.AtomicInteger;

/** A loss that fails so many times, in the middle of a task. */
record FailingLoss() implements PolicyLoss {
  static final AtomicInteger FAILURES = new AtomicInteger();
  private static final ClippedSurrogate LOSS = ClippedSurrogate.ppo();

  @Override
  public PolicyLossResult evaluate(PolicyLossBatch batch) {
    if (FAILURES.getAndDecrement() > 0) {
      throw new IllegalStateException("a failure that the test wants");
    }
    return LOSS.evaluate(batch);
  }

  @Override
  public boolean needsReference() {
    return false;
  }
}
