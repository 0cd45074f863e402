package io.r1reward.train.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.r1reward.InvalidInputException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SoftGateTest {
  private static final PolicyLoss LOSS = SoftGate.sapo();

  @Test
  void gate_of_the_ratio_times_the_advantage() {
    // ratio 2: 4 · σ(1) · 3 with τ = 1; 4/1.05 · σ(1.05) · 3 with τ = 1.05
    assertThat(LossTrial.ofLogRatios(LOSS, 3, Math.log(2)).loss())
        .isCloseTo(-12 / (1 + Math.exp(-1)), within(1e-12));
    assertThat(LossTrial.ofLogRatios(LOSS, -3, Math.log(2)).loss())
        .isCloseTo(12 / 1.05 / (1 + Math.exp(-1.05)), within(1e-12));
    // ratio 1/2: σ(−0.5)
    assertThat(LossTrial.ofLogRatios(LOSS, 1, -Math.log(2)).loss())
        .isCloseTo(-4 / (1 + Math.exp(0.5)), within(1e-12));
  }

  @Test
  void gradient_fades_on_both_sides_and_faster_where_the_advantage_is_negative() {
    PolicyLossResult good = LossTrial.ofLogRatios(LOSS, 1, -3, 0, Math.log(4), Math.log(40), 800);
    PolicyLossResult bad = LossTrial.ofLogRatios(LOSS, -1, -3, 0, Math.log(4), Math.log(40), 800);
    assertThat(good.isFinite()).isTrue();
    assertThat(bad.isFinite()).isTrue();
    // per unit of ratio: 4 p (1 − p) is 1 at ratio 1 and 4 e^−3/(1 + e^−3)² at 4
    double p = 1 / (1 + Math.exp(-3));
    assertThat(good.gradient()[0][2]).isCloseTo(-4 * p * (1 - p) * 4, within(1e-12));
    assertThat(bad.gradient()[0][2]).isPositive().isLessThan(-good.gradient()[0][2]);
    assertThat(-good.gradient()[0][0]).isPositive().isLessThan(0.05);
    assertThat(-good.gradient()[0][3]).isPositive().isLessThan(1e-14);
    assertThat(good.gradient()[0][4]).isZero();
    assertThat(bad.gradient()[0][4]).isZero();
  }

  @Test
  void gradient_is_the_derivative_of_the_value() {
    Random random = new Random(3);
    for (int n = 0; n < 100; n++) {
      for (PolicyLoss loss : new PolicyLoss[] {LOSS, new SoftGate(3, 0.5)}) {
        LossTrial.assertGradient(
            loss, batch -> loss.evaluate(batch).loss(), LossTrial.random(random, 0.5));
      }
    }
  }

  @Test
  void equal_policies_give_the_gradient_of_reinforce() {
    LossTrial.assertReinforceWhereEqual(LOSS);
    LossTrial.assertReinforceWhereEqual(new SoftGate(7, 0.2));
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
  void refuses_temperatures_out_of_range() {
    assertThatThrownBy(() -> new SoftGate(0, 1))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("temperature τ_pos of the soft gate must be positive and finite, got 0.0");
    assertThatThrownBy(() -> new SoftGate(1, Double.NaN))
        .hasMessage("temperature τ_neg of the soft gate must be positive and finite, got NaN");
  }
}
