package io.r1reward.examples.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.InvalidInputException;
import io.r1reward.train.data.PreferenceSample;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CurriculumStageTest {

  private static CurriculumStage stage(String text) {
    return new CurriculumStage.Converter().convert(text);
  }

  @Test
  void stage_is_read_from_things_and_steps() {
    assertThat(stage("3:500")).isEqualTo(new CurriculumStage(3, 3, 500));
    assertThat(stage("1-4:20")).isEqualTo(new CurriculumStage(1, 4, 20));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "3", "0:5", "3:0", "1-10:5", "4-2:5", "1-4:1e3"})
  void wrong_stage_is_refused(String text) {
    assertThatThrownBy(() -> stage(text)).isInstanceOf(InvalidInputException.class);
  }

  @Test
  void stages_follow_each_other_and_a_repeated_one_has_new_pictures() {
    List<CurriculumStage> stages = List.of(stage("1:2"), stage("1-2:1"), stage("1:1"));

    try (Stream<PreferenceSample> samples = CurriculumStage.samples(stages, 7, 2).open()) {
      assertThat(samples.map(PreferenceSample::id))
          .containsExactly(
              "train-7-0",
              "train-7-1",
              "train-7-2",
              "train-7-3", // 2 steps of 2
              "train-7-0",
              "train-7-1", // other pictures with the same numbers
              "train-107-0",
              "train-107-1");
    }
    assertThat(CurriculumStage.steps(stages)).isEqualTo(4);
  }
}
