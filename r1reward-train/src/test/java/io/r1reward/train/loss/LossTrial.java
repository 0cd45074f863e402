package io.r1reward.train.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/** What the tests of several losses do. */
final class LossTrial {

  private LossTrial() {}

  /** One rollout whose tokens have the log-ratios, old log-probability 0, and weight 1. */
  static PolicyLossResult ofLogRatios(PolicyLoss loss, double advantage, double... logRatios) {
    double[] advantages = new double[logRatios.length];
    double[] ones = new double[logRatios.length];
    Arrays.fill(advantages, advantage);
    Arrays.fill(ones, 1);
    return loss.evaluate(
        PolicyLossBatch.of(
            new double[][] {logRatios},
            new double[][] {new double[logRatios.length]},
            new double[][] {advantages},
            new double[][] {ones}));
  }

  /** Rollouts of 3, 1 and 4 tokens, one of them masked, with one advantage each. */
  static PolicyLossBatch random(Random random, double spread) {
    double[][] now = new double[3][];
    double[][] old = new double[3][];
    double[][] advantages = new double[3][];
    boolean[][] mask = {{true, true, true}, {true}, {true, false, true, true}};
    for (int i = 0; i < mask.length; i++) {
      now[i] = new double[mask[i].length];
      old[i] = new double[mask[i].length];
      advantages[i] = new double[mask[i].length];
      double advantage = random.nextGaussian();
      for (int t = 0; t < mask[i].length; t++) {
        now[i][t] = -1 - random.nextDouble();
        old[i][t] = now[i][t] + spread * random.nextGaussian();
        advantages[i][t] = advantage;
      }
    }
    return PolicyLossBatch.of(now, old, advantages, LossAggregation.sequenceMean().weights(mask));
  }

  /** Compares the gradient of {@code loss} with central differences of {@code value}. */
  static void assertGradient(
      PolicyLoss loss, ToDoubleFunction<PolicyLossBatch> value, PolicyLossBatch batch) {
    double[][] gradient = loss.evaluate(batch).gradient();
    // the truncation error of central differences is h²/6 times a third derivative of some units,
    // their rounding error 1e-16 of a value of some units / h: both below 1e-9
    double h = 1e-6;
    for (int i = 0; i < gradient.length; i++) {
      for (int t = 0; t < gradient[i].length; t++) {
        double difference =
            (value.applyAsDouble(moved(batch, i, t, h))
                    - value.applyAsDouble(moved(batch, i, t, -h)))
                / (2 * h);
        assertThat(gradient[i][t]).as("token %s of %s", t, i).isCloseTo(difference, within(1e-8));
      }
    }
  }

  private static PolicyLossBatch moved(PolicyLossBatch batch, int row, int token, double by) {
    double[][] now = new double[batch.logProbabilities().length][];
    for (int i = 0; i < now.length; i++) {
      now[i] = batch.logProbabilities()[i].clone();
    }
    now[row][token] += by;
    return PolicyLossBatch.of(
        now, batch.oldLogProbabilities(), batch.advantages(), batch.weights());
  }

  /** Compares with −weight · Â, the gradient of −weight · Â · log π, where π is the old policy. */
  static void assertReinforceWhereEqual(PolicyLoss loss) {
    PolicyLossBatch batch = random(new Random(5), 0);
    double[][] gradient = loss.evaluate(batch).gradient();
    for (int i = 0; i < gradient.length; i++) {
      for (int t = 0; t < gradient[i].length; t++) {
        assertThat(gradient[i][t])
            .isCloseTo(-batch.weights()[i][t] * batch.advantages()[i][t], within(1e-15));
      }
    }
  }

  /** A masked token that is not a number must change nothing. */
  static void assertMaskedDoesNotCount(PolicyLoss loss) {
    PolicyLossResult alone = ofLogRatios(loss, 0.7, 1e-4, -2e-4);
    PolicyLossResult masked =
        loss.evaluate(
            PolicyLossBatch.of(
                new double[][] {{1e-4, Double.NaN, -2e-4}, {Double.NaN}},
                new double[][] {{0, -3, 0}, {-1}},
                new double[][] {{0.7, Double.NaN, 0.7}, {2}},
                new double[][] {{1, 0, 1}, {0}}));
    assertThat(masked.loss()).isEqualTo(alone.loss());
    assertThat(masked.gradient()[0])
        .containsExactly(alone.gradient()[0][0], 0, alone.gradient()[0][1]);
    assertThat(masked.gradient()[1]).containsExactly(0);
    assertThat(masked.statistics()).isEqualTo(alone.statistics());
    assertThat(alone.loss()).isNotZero();
  }

  /** A log-probability that is not a number must be seen, so that the step is skipped. */
  static void assertNotANumberIsSeen(PolicyLoss loss) {
    PolicyLossResult result = ofLogRatios(loss, 1, Double.NaN);
    assertThat(result.loss()).isNaN();
    assertThat(result.gradient()[0][0]).isNaN();
    assertThat(result.statistics().clippedLow() + result.statistics().clippedHigh()).isZero();
  }
}
