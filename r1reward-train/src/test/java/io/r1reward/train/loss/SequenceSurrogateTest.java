package io.r1reward.train.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.r1reward.InvalidInputException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SequenceSurrogateTest {
  private static final PolicyLoss WIDE = new SequenceSurrogate(0.2, 0.3);

  @Test
  void ratio_is_the_geometric_mean_over_the_rollout() {
    // s = exp((0.3 − 0.1 + 0.1) / 3) = e^0.1 for all three tokens, Â = 2: loss 3 · −2 e^0.1
    PolicyLossResult result = LossTrial.ofLogRatios(WIDE, 2, 0.3, -0.1, 0.1);
    assertThat(result.loss()).isCloseTo(-6 * Math.exp(0.1), within(1e-12));
    for (double gradient : result.gradient()[0]) {
      assertThat(gradient).isCloseTo(-2 * Math.exp(0.1), within(1e-12));
    }
    assertThat(result.statistics().ratioMax()).isCloseTo(Math.exp(0.1), within(1e-12));
    assertThat(result.statistics().perToken(result.statistics().ratioSum()))
        .isCloseTo(Math.exp(0.1), within(1e-12));
  }

  @Test
  void mean_is_over_sequences_whatever_their_lengths() {
    // s = e^0.1 and e^−0.1: (−1 · e^0.1 + 3 · e^−0.1) / 2, one rollout three times as long
    boolean[][] mask = {{true}, {true, true, true}};
    PolicyLossResult result =
        WIDE.evaluate(
            PolicyLossBatch.of(
                new double[][] {{-0.9}, {-1.4, -1, -0.9}},
                new double[][] {{-1}, {-1, -1, -1}},
                new double[][] {{1}, {-3, -3, -3}},
                LossAggregation.sequenceMean().weights(mask)));
    assertThat(result.loss()).isCloseTo((-Math.exp(0.1) + 3 * Math.exp(-0.1)) / 2, within(1e-12));
  }

  @Test
  void clip_holds_the_whole_rollout() {
    // s = e^0.4 = 1.49 above 1.3: −1.3 each and no gradient, though one token is at ratio 1
    PolicyLossResult high = LossTrial.ofLogRatios(WIDE, 1, 0.8, 0);
    assertThat(high.loss()).isCloseTo(-2.6, within(1e-12));
    assertThat(high.gradient()[0]).containsExactly(0, 0);
    assertThat(high.statistics().clippedHigh()).isEqualTo(2);
    // s = e^−0.4 = 0.67 below 0.8
    PolicyLossResult low = LossTrial.ofLogRatios(WIDE, -1, -0.8, 0);
    assertThat(low.loss()).isCloseTo(1.6, within(1e-12));
    assertThat(low.gradient()[0]).containsExactly(0, 0);
    assertThat(low.statistics().clippedLow()).isEqualTo(2);
  }

  @Test
  void clip_does_not_hold_what_goes_back_to_the_old_policy() {
    PolicyLossResult result = LossTrial.ofLogRatios(WIDE, -1, 0.8, 0);
    assertThat(result.loss()).isCloseTo(2 * Math.exp(0.4), within(1e-12));
    assertThat(result.gradient()[0][1]).isCloseTo(Math.exp(0.4), within(1e-12));
    assertThat(result.statistics().clippedHigh()).isZero();
  }

  @Test
  void bounds_of_the_paper_are_narrow() {
    // log-ratio 5e-4 is above log(1 + 4e-4), 3.5e-4 is not
    assertThat(LossTrial.ofLogRatios(SequenceSurrogate.gspo(), 1, 5e-4).loss())
        .isCloseTo(-1.0004, within(1e-12));
    assertThat(LossTrial.ofLogRatios(SequenceSurrogate.gspo(), 1, 3.5e-4).loss())
        .isCloseTo(-Math.exp(3.5e-4), within(1e-12));
    assertThat(LossTrial.ofLogRatios(SequenceSurrogate.gspo(), -1, -5e-4).loss())
        .isCloseTo(0.9997, within(1e-12));
  }

  @Test
  void gradient_is_the_derivative_of_the_value() {
    Random random = new Random(1);
    for (int n = 0; n < 100; n++) {
      LossTrial.assertGradient(
          WIDE, batch -> WIDE.evaluate(batch).loss(), LossTrial.random(random, 0.4));
    }
  }

  @Test
  void tokens_of_differing_advantage_each_go_their_own_way() {
    // s = e^0.1 for both: GSPO-token has −s · Â_t
    PolicyLossResult result =
        WIDE.evaluate(
            PolicyLossBatch.of(
                new double[][] {{0.3, -0.1}},
                new double[][] {{0, 0}},
                new double[][] {{1, -2}},
                new double[][] {{0.5, 0.5}}));
    assertThat(result.gradient()[0][0]).isCloseTo(-0.5 * Math.exp(0.1), within(1e-12));
    assertThat(result.gradient()[0][1]).isCloseTo(Math.exp(0.1), within(1e-12));
  }

  @Test
  void equal_policies_give_the_gradient_of_reinforce() {
    LossTrial.assertReinforceWhereEqual(SequenceSurrogate.gspo());
  }

  @Test
  void masked_tokens_count_neither_in_the_ratio_nor_in_the_loss() {
    LossTrial.assertMaskedDoesNotCount(SequenceSurrogate.gspo());
  }

  @Test
  void not_a_number_is_seen() {
    LossTrial.assertNotANumberIsSeen(SequenceSurrogate.gspo());
  }

  @Test
  void refuses_bounds_out_of_range() {
    assertThatThrownBy(() -> new SequenceSurrogate(1.5, 0.1))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "clip range of the sequence ratio must be in [0, 1] below and at least 0 above, got"
                + " 1.5 and 0.1");
    assertThatThrownBy(() -> new SequenceSurrogate(0.1, Double.NaN))
        .hasMessageEndingWith("got 0.1 and NaN");
  }
}
