package io.r1reward.train.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.r1reward.InvalidInputException;
import io.r1reward.train.advantage.KlEstimator;
import io.r1reward.train.advantage.Ragged;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ClippedSurrogateTest {
  /** The example of the paper, §3.1. */
  private static final double[][] NEW = {{-0.1, -0.1, -0.1, -0.1}};

  private static final double[][] OLD = {{-10, -0.2, -0.2, -5}};
  private static final double[][] ADVANTAGES = {{-1, -1, 0.5, -0.5}};

  private static PolicyLossResult ones(PolicyLoss loss, double[] now, double[] old, double[] a) {
    double[] ones = new double[now.length];
    Arrays.fill(ones, 1);
    return loss.evaluate(
        PolicyLossBatch.of(
            new double[][] {now}, new double[][] {old}, new double[][] {a}, new double[][] {ones}));
  }

  private static double single(PolicyLoss loss, double logRatio, double advantage) {
    return ones(loss, new double[] {logRatio}, new double[] {0}, new double[] {advantage}).loss();
  }

  @Test
  void paper_example_without_pre_clip() {
    // exp(9.9) = 19930.37; exp(0.1) = 1.105 within 1 ± 0.2; 0.5 * 1.105 = 0.553; 0.5 * exp(4.9) =
    // 67.14
    double[] expected = {19930.4, 1.1, -0.5, 67.1};
    for (int t = 0; t < 4; t++) {
      double d = NEW[0][t] - OLD[0][t];
      assertThat(single(ClippedSurrogate.ppo(), d, ADVANTAGES[0][t]))
          .isCloseTo(expected[t], within(0.06));
    }
  }

  @Test
  void paper_example_with_pre_clip_bounds_the_first_token_at_1000() {
    assertThat(single(ClippedSurrogate.stableReinforce(), 9.9, -1)).isCloseTo(1000, within(1e-9));
    PolicyLossResult all =
        ClippedSurrogate.stableReinforce()
            .evaluate(
                PolicyLossBatch.of(
                    NEW,
                    OLD,
                    ADVANTAGES,
                    LossAggregation.sequenceMean().weights(Ragged.fullMask(4))));
    // (1000 + e^0.1 − 0.5 e^0.1 + 0.5 e^4.9) / 4
    assertThat(all.loss())
        .isCloseTo((1000 + 0.5 * Math.exp(0.1) + 0.5 * Math.exp(4.9)) / 4, within(1e-9));
    assertThat(all.statistics().preClipped()).isEqualTo(1);
  }

  @Test
  void pre_clip_stays_finite_where_the_plain_loss_overflows() {
    for (double d : new double[] {50, -50, 800, -800, Double.POSITIVE_INFINITY}) {
      for (double a : new double[] {1, -1, 0}) {
        PolicyLossResult result =
            ones(
                ClippedSurrogate.stableReinforce(),
                new double[] {d},
                new double[] {0},
                new double[] {a});
        assertThat(result.isFinite()).as("log-ratio %s advantage %s", d, a).isTrue();
        assertThat(Math.abs(result.loss())).isLessThanOrEqualTo(1000 * (1 + 1e-12));
      }
    }
    assertThat(single(ClippedSurrogate.ppo(), 50, -1)).isCloseTo(Math.exp(50), within(1e9));
    assertThat(single(ClippedSurrogate.ppo(), 800, -1)).isInfinite();
    assertThat(single(ClippedSurrogate.ppo(), 800, 0)).isNaN();
  }

  @Test
  void clip_higher_lets_good_tokens_rise_further() {
    // ratio e^0.25 = 1.284: above 1.2, below 1.4
    assertThat(single(ClippedSurrogate.ppo(), 0.25, 1)).isCloseTo(-1.2, within(1e-12));
    assertThat(single(ClippedSurrogate.ppo().clip(0.2, 0.4), 0.25, 1))
        .isCloseTo(-Math.exp(0.25), within(1e-12));
  }

  @Test
  void dual_clip_bounds_the_loss_of_bad_tokens() {
    // ratio e^3 = 20.1, advantage −2: loss 40.2 without, 3 * 2 = 6 with c = 3, and no gradient
    assertThat(single(ClippedSurrogate.ppo(), 3, -2)).isCloseTo(2 * Math.exp(3), within(1e-12));
    PolicyLossResult result =
        ones(
            ClippedSurrogate.ppo().dualClip(3),
            new double[] {3},
            new double[] {0},
            new double[] {-2});
    assertThat(result.loss()).isCloseTo(6, within(1e-12));
    assertThat(result.gradient()[0][0]).isZero();
    assertThat(result.statistics().dualClipped()).isEqualTo(1);
    assertThat(single(ClippedSurrogate.ppo().dualClip(3), 3, 2)).isCloseTo(-2.4, within(1e-12));
  }

  @Test
  void gradient_is_the_derivative_of_the_value() {
    Random random = new Random(1);
    for (KlEstimator kl : KlEstimator.values()) {
      PolicyLoss loss = ClippedSurrogate.stableReinforce().dualClip(3).kl(0.3, kl);
      for (int n = 0; n < 200; n++) {
        double[][] values = {{random.nextGaussian()}};
        double[][] old = {{random.nextGaussian()}};
        double[][] reference = {{random.nextGaussian()}};
        double[][] advantages = {{random.nextGaussian()}};
        double[][] weights = {{0.5}};
        double h = 1e-6;
        double up = value(loss, values[0][0] + h, old, reference, advantages, weights);
        double down = value(loss, values[0][0] - h, old, reference, advantages, weights);
        double analytic =
            loss.evaluate(new PolicyLossBatch(values, old, reference, advantages, weights))
                .gradient()[0][0];
        assertThat(analytic).isCloseTo((up - down) / (2 * h), within(1e-6));
      }
    }
  }

  private static double value(
      PolicyLoss loss,
      double now,
      double[][] old,
      double[][] reference,
      double[][] advantages,
      double[][] weights) {
    return loss.evaluate(
            new PolicyLossBatch(new double[][] {{now}}, old, reference, advantages, weights))
        .loss();
  }

  @Test
  void kl_term_pulls_towards_the_reference() {
    // log π − log π_ref = 0.5: k1 = 0.5, k2 = 0.125, k3 = e^−0.5 − 1 + 0.5
    double[][] now = {{-0.5}};
    double[][] reference = {{-1.0}};
    double[][] zero = {{0}};
    double[][] one = {{1}};
    Map<KlEstimator, Double> estimates =
        Map.of(KlEstimator.K1, 0.5, KlEstimator.K2, 0.125, KlEstimator.K3, Math.exp(-0.5) - 0.5);
    for (KlEstimator kl : KlEstimator.values()) {
      double expected = estimates.get(kl);
      PolicyLossResult result =
          ClippedSurrogate.ppo()
              .kl(2, kl)
              .evaluate(new PolicyLossBatch(now, now, reference, zero, one));
      assertThat(result.loss()).isCloseTo(2 * expected, within(1e-12));
      assertThat(result.statistics().referenceKlSum()).isCloseTo(expected, within(1e-12));
      assertThat(result.gradient()[0][0]).isPositive();
    }
  }

  @Test
  void masked_token_does_not_contribute_even_when_it_is_not_a_number() {
    double[][] values = {{-1, Double.NaN}};
    PolicyLossResult result =
        ClippedSurrogate.stableReinforce()
            .evaluate(
                PolicyLossBatch.of(
                    values, values, new double[][] {{1, 1}}, new double[][] {{1, 0}}));
    assertThat(result.loss()).isEqualTo(-1);
    assertThat(result.gradient()[0]).containsExactly(-1, 0);
    assertThat(result.statistics().tokens()).isEqualTo(1);
  }

  @Test
  void refuses_shapes_that_differ_and_values_out_of_range() {
    assertThatThrownBy(
            () ->
                PolicyLossBatch.of(
                    new double[1][2], new double[1][3], new double[1][2], new double[1][2]))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("row 0 of old log-probabilities has 3 tokens, log-probabilities have 2");
    assertThatThrownBy(() -> ClippedSurrogate.ppo().dualClip(1))
        .hasMessage("dual clip must be greater than 1, got 1.0");
    assertThatThrownBy(() -> PreClip.ratio(0, 2))
        .hasMessage("Pre-CLIP ratio must be positive, got 0.0");
  }
}
