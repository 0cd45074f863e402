package io.r1reward.train.sft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.r1reward.train.optim.LearningRateSchedule;
import org.junit.jupiter.api.Test;

class SftSettingsTest {

  @Test
  void warmup_rounds_up() {
    // ceil(0.03 * 50) = ceil(1.5) = 2; of one step, ceil(0.03) = 1
    LearningRateSchedule schedule = SftSettings.builder(50).build().run().schedule();
    assertThat(schedule.at(0)).isZero();
    assertThat(schedule.at(1)).isCloseTo(5e-6, within(1e-20));
    assertThat(schedule.at(2)).isCloseTo(1e-5, within(1e-20));
    assertThat(SftSettings.builder(1).build().run().schedule().at(0)).isZero();
  }
}
