package io.r1reward.train.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.r1reward.train.ReferenceFiles;
import org.junit.jupiter.api.Test;

class LearningRateScheduleTest {

  @Test
  void cosine_equals_the_reference() {
    JsonNode schedules = ReferenceFiles.json("stable-reinforce/optimizer.json").get("schedules");
    assertThat(schedules).isNotEmpty();
    for (JsonNode c : schedules) {
      LearningRateSchedule schedule =
          LearningRateSchedule.cosine(
              c.get("lr").doubleValue(),
              c.get("min_lr").doubleValue(),
              c.get("warmup_steps").longValue(),
              c.get("total_steps").longValue());
      for (int step = 0; step < c.get("values").size(); step++) {
        assertThat(schedule.at(step))
            .as("step %d", step)
            .isCloseTo(c.get("values").get(step).doubleValue(), within(1e-20));
      }
    }
  }

  @Test
  void stays_at_the_minimum_after_the_end() {
    assertThat(LearningRateSchedule.cosine(1, 0.1, 2, 10).at(1000)).isCloseTo(0.1, within(1e-15));
  }

  @Test
  void warmup_rises_linearly() {
    LearningRateSchedule schedule = LearningRateSchedule.constant(2).warmup(4);
    assertThat(schedule.at(0)).isZero();
    assertThat(schedule.at(1)).isEqualTo(0.5);
    assertThat(schedule.at(4)).isEqualTo(2);
    assertThat(schedule.at(99)).isEqualTo(2);
  }

  @Test
  void share_of_steps_to_warm_up_in_is_rounded_up() {
    assertThat(LearningRateSchedule.warmupSteps(0.03, 100)).isEqualTo(3); // 3.0
    assertThat(LearningRateSchedule.warmupSteps(0.03, 101)).isEqualTo(4); // 3.03
    assertThat(LearningRateSchedule.warmupSteps(0.03, 1)).isEqualTo(1); // 0.03
    assertThat(LearningRateSchedule.warmupSteps(0.03, 0)).isZero();
    // 7.000000000000001 in double precision, in Python as in Java
    assertThat(LearningRateSchedule.warmupSteps(0.07, 100)).isEqualTo(8);
    assertThatThrownBy(() -> LearningRateSchedule.warmupSteps(1.5, 10))
        .hasMessage("warm-up ratio must be in [0, 1], got 1.5");
  }

  @Test
  void refuses_numbers_out_of_order() {
    assertThatThrownBy(() -> LearningRateSchedule.cosine(1, 2, 0, 1))
        .hasMessage("minimum learning rate must be in [0, 1.0], got 2.0");
    assertThatThrownBy(() -> LearningRateSchedule.cosine(1, 0, 5, 4))
        .hasMessage("warm-up must be in [0, total steps], got 5 of 4");
  }
}
