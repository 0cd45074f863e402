package io.r1reward.train.rl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.r1reward.train.optim.LearningRateSchedule;
import org.junit.jupiter.api.Test;

class RlSettingsTest {

  private static double rate(RlSettings settings, long step) {
    return settings.run().schedule().at(step);
  }

  @Test
  void cosine_of_the_released_script_ends_with_the_run_whatever_the_batch() {
    // 256 rollouts in batches of 32: 8 steps in each of 100 iterations, 24 of the 800 warm up
    RlSettings settings = RlSettings.released(100).train(32, 1).build();
    assertThat(rate(settings, 12)).isCloseTo(1.5e-7, within(1e-20));
    assertThat(rate(settings, 24)).isCloseTo(3e-7, within(1e-20));
    // half way between 24 and 800: the mean of 3e-7 and 3e-8
    assertThat(rate(settings, 412)).isCloseTo(1.65e-7, within(1e-20));
    assertThat(rate(settings, 799)).isGreaterThan(3e-8);
    assertThat(rate(settings, 800)).isCloseTo(3e-8, within(1e-20));
  }

  @Test
  void last_batch_of_an_epoch_that_is_not_full_is_a_step_too() {
    // 30 rollouts in batches of 8: 4 steps, twice in each of 10 iterations; ceil(2.4) = 3 warm up
    RlSettings settings = RlSettings.released(10).train(8, 2).rollouts(15, 2).build();
    assertThat(rate(settings, 1)).isCloseTo(1e-7, within(1e-20));
    assertThat(rate(settings, 3)).isCloseTo(3e-7, within(1e-20));
    assertThat(rate(settings, 79)).isGreaterThan(3e-8);
    assertThat(rate(settings, 80)).isCloseTo(3e-8, within(1e-20));
  }

  @Test
  void given_schedule_stays_whatever_is_set_later() {
    RlSettings settings =
        RlSettings.released(10).schedule(LearningRateSchedule.constant(2)).train(8, 2).build();
    assertThat(rate(settings, 80)).isEqualTo(2);
  }

  @Test
  void batch_out_of_its_range_is_named_when_the_settings_are_built() {
    assertThatThrownBy(() -> RlSettings.released(10).train(0, 1).build())
        .hasMessage("trainBatch must be at least 1, got 0");
    assertThatThrownBy(() -> RlSettings.paper(-1).build())
        .hasMessage("iterations must be at least 1, got -1");
  }
}
