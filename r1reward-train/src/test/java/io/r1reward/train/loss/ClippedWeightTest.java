package io.r1reward.train.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.r1reward.InvalidInputException;
import io.r1reward.train.advantage.Ragged;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ClippedWeightTest {
  private static final PolicyLoss LOSS = ClippedWeight.cispo(0.5);

  @Test
  void weight_times_advantage_times_log_probability() {
    // ratios e^0.2 and e^1 = 2.72, held at 1.5; mean over three tokens of two rollouts:
    // −(e^0.2 · 2 · −0.8 + 1.5 · 2 · −1 + 1 · −1 · −0.5) / 3
    PolicyLossResult result =
        LOSS.evaluate(
            PolicyLossBatch.of(
                new double[][] {{-0.8, -1}, {-0.5}},
                new double[][] {{-1, -2}, {-0.5}},
                new double[][] {{2, 2}, {-1}},
                LossAggregation.tokenMean().weights(Ragged.fullMask(2, 1))));
    assertThat(result.loss()).isCloseTo((1.6 * Math.exp(0.2) + 3 - 0.5) / 3, within(1e-12));
    assertThat(result.gradient()[0][0]).isCloseTo(-2 * Math.exp(0.2) / 3, within(1e-12));
    assertThat(result.gradient()[0][1]).isCloseTo(-1, within(1e-12));
    assertThat(result.gradient()[1][0]).isCloseTo(1.0 / 3, within(1e-12));
    assertThat(result.statistics().clippedHigh()).isEqualTo(1);
    assertThat(result.statistics().clippedLow()).isZero();
  }

  @Test
  void token_beyond_the_upper_bound_keeps_a_gradient() {
    for (double advantage : new double[] {1, -1}) {
      PolicyLossResult result = LossTrial.ofLogRatios(LOSS, advantage, 3);
      assertThat(result.gradient()[0][0]).isCloseTo(-1.5 * advantage, within(1e-12));
      assertThat(result.statistics().clippedHigh()).isEqualTo(1);
    }
    assertThat(LossTrial.ofLogRatios(LOSS, -1, 800).gradient()[0][0]).isEqualTo(1.5);
  }

  @Test
  void lower_bound_is_there_only_where_it_is_asked_for() {
    // e^−2 = 0.135
    assertThat(LossTrial.ofLogRatios(LOSS, 1, -2).gradient()[0][0])
        .isCloseTo(-Math.exp(-2), within(1e-12));
    PolicyLossResult bounded = LossTrial.ofLogRatios(new ClippedWeight(0.2, 0.5), 1, -2);
    assertThat(bounded.gradient()[0][0]).isCloseTo(-0.8, within(1e-12));
    assertThat(bounded.statistics().clippedLow()).isEqualTo(1);
  }

  /** Sum of −c · Â · log π over the tokens, c the weights clamped at where the batch is now. */
  @Test
  void gradient_is_the_derivative_with_the_weight_held_constant() {
    Random random = new Random(2);
    for (int n = 0; n < 100; n++) {
      PolicyLossBatch at = LossTrial.random(random, 0.6);
      double[][] held = new double[at.weights().length][];
      for (int i = 0; i < held.length; i++) {
        held[i] = new double[at.weights()[i].length];
        for (int t = 0; t < held[i].length; t++) {
          held[i][t] =
              Math.min(1.5, Math.exp(at.logProbabilities()[i][t] - at.oldLogProbabilities()[i][t]));
        }
      }
      LossTrial.assertGradient(LOSS, batch -> frozen(batch, held), at);
      assertThat(LOSS.evaluate(at).loss()).isCloseTo(frozen(at, held), within(1e-12));
    }
  }

  private static double frozen(PolicyLossBatch batch, double[][] held) {
    double sum = 0;
    for (int i = 0; i < held.length; i++) {
      for (int t = 0; t < held[i].length; t++) {
        sum -=
            batch.weights()[i][t]
                * held[i][t]
                * batch.advantages()[i][t]
                * batch.logProbabilities()[i][t];
      }
    }
    return sum;
  }

  @Test
  void equal_policies_give_the_gradient_of_reinforce() {
    LossTrial.assertReinforceWhereEqual(LOSS);
  }

  @Test
  void masked_tokens_do_not_count() {
    LossTrial.assertMaskedDoesNotCount(LOSS);
  }

  @Test
  void not_a_number_is_seen() {
    LossTrial.assertNotANumberIsSeen(LOSS);
  }

  @Test
  void refuses_bounds_out_of_range() {
    assertThatThrownBy(() -> ClippedWeight.cispo(-0.1))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "clip range of the importance weight must be at least 0 on both sides, got Infinity"
                + " below and -0.1 above");
    assertThatThrownBy(() -> new ClippedWeight(Double.NaN, 1))
        .hasMessageContaining("got NaN below and 1.0 above");
  }
}
