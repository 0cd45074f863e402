package io.r1reward.train.scenes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.r1reward.InvalidInputException;
import io.r1reward.core.protocol.R1RewardProtocol;
import io.r1reward.train.data.PreferenceDataset;
import io.r1reward.train.data.PreferenceSample;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnnotatorsTest {
  private static final int SAMPLES = 2000;
  private static final PreferenceDataset CAREFUL = SceneTask.DEFAULT.training(3).limit(SAMPLES);

  @Test
  void two_annotators_share_the_samples_and_one_is_often_wrong() {
    List<PreferenceSample> samples = open(new Annotators(0.65, 0.6).annotate(CAREFUL, 5));
    List<PreferenceSample> originals = open(CAREFUL);
    int hasty = 0;
    int right = 0;
    for (int i = 0; i < SAMPLES; i++) {
      PreferenceSample sample = samples.get(i);
      assertThat(sample.label()).isEqualTo(originals.get(i).label());
      if (Annotators.isCareful(judgement(sample))) {
        assertThat(judgement(sample)).isEqualTo(judgement(originals.get(i)));
        continue;
      }
      hasty++;
      right +=
          R1RewardProtocol.create().read(judgement(sample)).preferred() == sample.label() ? 1 : 0;
    }
    // binomial: standard deviations of 0.011 of the share and 0.014 of the accuracy; bounds of five
    assertThat(hasty / (double) SAMPLES).isBetween(0.65 - 0.054, 0.65 + 0.054);
    assertThat(right / (double) hasty).isBetween(0.6 - 0.07, 0.6 + 0.07);
    List<String> judgements = samples.stream().map(AnnotatorsTest::judgement).toList();
    assertThat(judgements(0.65, 0.6, 5)).isEqualTo(judgements);
    assertThat(judgements(0.65, 0.6, 6)).isNotEqualTo(judgements);
  }

  @Test
  void one_annotator_alone_leaves_everything_or_nothing() {
    assertThat(judgements(0, 0.6, 5))
        .isEqualTo(open(CAREFUL).stream().map(AnnotatorsTest::judgement).toList());
    assertThat(open(new Annotators(1, 1).annotate(CAREFUL, 5)))
        .allSatisfy(
            sample -> {
              assertThat(Annotators.isCareful(judgement(sample))).isFalse();
              assertThat(R1RewardProtocol.create().read(judgement(sample)).preferred())
                  .isEqualTo(sample.label());
            });
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> new Annotators(1.5, 0.6))
        .withMessage("glanceShare must be in [0, 1], got 1.5");
  }

  @Test
  void careful_is_who_checks_both_responses_however_a_glance_is_spelled() {
    assertThat(SceneTask.isCareful("<think>At a gclan, Response 2 is better.</think>")).isFalse();
    assertThat(SceneTask.isCareful("<think>I see red. Response 1 says blue, no.</think>"))
        .isFalse();
    assertThat(
            SceneTask.isCareful(
                "<think>I see red. Response 1 says blue, no. Response 2 says red, yes.</think>"))
        .isTrue();
    assertThat(open(CAREFUL)).allMatch(sample -> SceneTask.isCareful(judgement(sample)));
  }

  private static List<String> judgements(double share, double accuracy, long seed) {
    return open(new Annotators(share, accuracy).annotate(CAREFUL, seed)).stream()
        .map(AnnotatorsTest::judgement)
        .toList();
  }

  private static String judgement(PreferenceSample sample) {
    return String.valueOf(sample.attributes().get(PreferenceSample.JUDGEMENT));
  }

  private static List<PreferenceSample> open(PreferenceDataset data) {
    try (var samples = data.open()) {
      return samples.toList();
    }
  }
}
