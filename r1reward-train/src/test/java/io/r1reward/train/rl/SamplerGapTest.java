package io.r1reward.train.rl;

import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.InvalidInputException;
import io.r1reward.train.run.TrainingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SamplerGapTest {
  private static final double DEFAULT = RlSettings.paper(1).build().maxSamplerGap();

  @ParameterizedTest
  @CsvSource({
    "0,      0.0", // float32
    "0.0005, 0.03", // a trained judge in bfloat16: 0.0005 of 0.13
    "0.03,   6.9", // small random weights in bfloat16
    "0.0065, 0.03",
  })
  void lets_the_rounding_of_bfloat16_pass(double mean, double entropy) {
    assertThatNoException().isThrownBy(() -> new SamplerGap(mean, 1, entropy).check(DEFAULT, 1));
  }

  @ParameterizedTest
  @CsvSource({"0.05, 0.03", "0.05, 0.2", "0.05, 0.8", "2.5, 6.9", "NaN, 0.2", "0.1, NaN"})
  void stops_where_the_rollouts_come_from_another_policy(double mean, double entropy) {
    assertThatThrownBy(() -> new SamplerGap(mean, 13, entropy).check(DEFAULT, 3))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("iteration 3: the rollouts do not come from the policy")
        .hasMessageContaining("largest 13");
  }

  @Test
  void names_gap_and_limit() {
    assertThatThrownBy(() -> new SamplerGap(0.05, 13.25, 0.2).check(0.05, 7))
        .hasMessageContaining(
            "differ by 0.05000 nats on average (largest 13.25), allowed are 0.01500, which is"
                + " maxSamplerGap 0.0500 times the entropy 0.200 plus 0.1");
  }

  @Test
  void a_limit_that_lets_nothing_pass_is_refused() {
    assertThatThrownBy(() -> RlSettings.paper(1).maxSamplerGap(0).build())
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("maxSamplerGap must be positive, got 0.0");
  }
}
