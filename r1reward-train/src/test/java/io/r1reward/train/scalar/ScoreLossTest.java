package io.r1reward.train.scalar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.r1reward.InvalidInputException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScoreLossTest {
  private static final List<ScoreLoss> LOSSES =
      List.of(BradleyTerry.create(), new BradleyTerry(0.7), new ChoiceCrossEntropy());

  @Test
  void pair_is_a_comparison_that_the_best_wins() {
    // lead ln 3: σ = 3 / 4, so −ln(3 / 4) and a pull of 1 / 4
    ScoreLoss.Result result = BradleyTerry.create().of(new double[] {1, 1 + Math.log(3)}, 1);
    assertThat(result.value()).isCloseTo(Math.log(4.0 / 3), within(1e-12));
    assertThat(result.gradient()).containsExactly(new double[] {0.25, -0.25}, within(1e-12));
  }

  @Test
  void margin_is_taken_off_the_lead() {
    // 2 − 1.5 − 0.5 = 0: σ = 1 / 2
    ScoreLoss.Result result = new BradleyTerry(0.5).of(new double[] {2, 1.5}, 0);
    assertThat(result.value()).isCloseTo(Math.log(2), within(1e-12));
    assertThat(result.gradient()).containsExactly(new double[] {-0.5, 0.5}, within(1e-12));
  }

  @Test
  void comparisons_with_several_others_are_averaged() {
    // leads 0 and ln 3: (ln 2 + ln(4 / 3)) / 2, pulls 1 / 2 / 2 and 1 / 4 / 2
    ScoreLoss.Result result = BradleyTerry.create().of(new double[] {0, 0, -Math.log(3)}, 0);
    assertThat(result.value()).isCloseTo(Math.log(8.0 / 3) / 2, within(1e-12));
    assertThat(result.gradient())
        .containsExactly(new double[] {-0.375, 0.25, 0.125}, within(1e-12));
  }

  @Test
  void choice_among_all_is_a_softmax() {
    // e^r = 1, 2, 5: the best has 2 / 8
    ScoreLoss.Result result =
        new ChoiceCrossEntropy().of(new double[] {0, Math.log(2), Math.log(5)}, 1);
    assertThat(result.value()).isCloseTo(Math.log(4), within(1e-12));
    assertThat(result.gradient())
        .containsExactly(new double[] {0.125, -0.75, 0.625}, within(1e-12));
  }

  @Test
  void gradients_equal_finite_differences_and_sum_to_zero() {
    double[] scores = {0.3, -1.2, 2.1, 0.9};
    double h = 1e-5;
    for (ScoreLoss loss : LOSSES) {
      for (int best = 0; best < scores.length; best++) {
        double[] gradient = loss.of(scores, best).gradient();
        double sum = 0;
        for (int i = 0; i < scores.length; i++) {
          double[] up = scores.clone();
          double[] down = scores.clone();
          up[i] += h;
          down[i] -= h;
          double numeric = (loss.of(up, best).value() - loss.of(down, best).value()) / (2 * h);
          assertThat(gradient[i]).as("%s by %s", loss, i).isCloseTo(numeric, within(1e-9));
          sum += gradient[i];
        }
        assertThat(sum).isCloseTo(0, within(1e-12));
      }
    }
  }

  @Test
  void hopeless_lead_costs_itself_and_nothing_overflows() {
    for (ScoreLoss loss : List.of(BradleyTerry.create(), new ChoiceCrossEntropy())) {
      ScoreLoss.Result wrong = loss.of(new double[] {-2000, 3000}, 0);
      assertThat(wrong.value()).as("%s", loss).isEqualTo(5000);
      assertThat(wrong.gradient()).containsExactly(-1, 1);
      ScoreLoss.Result right = loss.of(new double[] {-2000, 3000}, 1);
      assertThat(right.value()).isZero();
      assertThat(right.gradient()).containsExactly(new double[] {0, 0}, within(0.0));
    }
  }

  @Test
  void numbers_that_are_not_finite_give_a_loss_that_is_not() {
    for (ScoreLoss loss : LOSSES) {
      ScoreLoss.Result result = loss.of(new double[] {Double.NaN, 1}, 0);
      assertThat(result.value()).as("%s", loss).isNaN();
      assertThat(result.gradient()[0]).isNaN();
    }
  }

  @Test
  void refuses_what_cannot_be_compared() {
    for (ScoreLoss loss : LOSSES) {
      assertThatThrownBy(() -> loss.of(new double[] {1}, 0))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("a loss compares at least 2 scores, got 1");
      assertThatThrownBy(() -> loss.of(new double[] {1, 2}, 2))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("the best of 2 scores must be in [0, 1], got 2");
    }
    for (double margin : new double[] {-0.1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> new BradleyTerry(margin))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("margin must be finite and at least 0, got " + margin);
    }
  }
}
