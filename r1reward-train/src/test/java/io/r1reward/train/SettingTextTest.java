package io.r1reward.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.r1reward.train.advantage.AdvantageFilter;
import io.r1reward.train.advantage.Advantages;
import io.r1reward.train.loss.LossAggregation;
import io.r1reward.train.reward.LengthPenalty;
import java.util.List;
import org.junit.jupiter.api.Test;

class SettingTextTest {
  private record Asked(String key, int times) {}

  @Test
  void records_count_by_their_components() {
    assertThat(SettingText.of(new LengthPenalty(9, 3)))
        .isEqualTo("io.r1reward.train.reward.LengthPenalty[limit=9, buffer=3]");
    assertThat(SettingText.of(List.of(new LengthPenalty(9, 3), 0.5))).endsWith("buffer=3] 0.5");
  }

  @Test
  void lambdas_count_by_what_they_capture_and_not_by_their_number() {
    assertThat(SettingText.of(LossAggregation.constantLength(6)))
        .isEqualTo(SettingText.of(LossAggregation.constantLength(6)))
        .isEqualTo("io.r1reward.train.loss.LossAggregation lambda[6]");
    assertThat(SettingText.of(Advantages.reinforce().filter(AdvantageFilter.sigma(3))))
        .isEqualTo(SettingText.of(Advantages.reinforce().filter(AdvantageFilter.sigma(3))))
        .isNotEqualTo(SettingText.of(Advantages.reinforce().filter(AdvantageFilter.sigma(2))));
  }

  @Test
  void text_is_compared_but_not_shown() {
    String text = SettingText.of(new Asked("secret", 2));
    assertThat(text).doesNotContain("secret").endsWith("times=2]");
    assertThat(text).isNotEqualTo(SettingText.of(new Asked("other", 2)));
  }
}
