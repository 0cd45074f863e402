package io.r1reward.examples.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.common.collect.ImmutableList;
import io.r1reward.FinishReason;
import io.r1reward.Judgement;
import io.r1reward.ModelInfo;
import io.r1reward.Order;
import io.r1reward.Preferred;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class AgreementTest {
  private static final Answers REFERENCE =
      answers(
          List.of(
              judgement(Preferred.FIRST, OptionalDouble.of(0.9), 1),
              judgement(Preferred.SECOND, OptionalDouble.of(0.2), 2),
              judgement(Preferred.UNDECIDED, OptionalDouble.empty(), 3),
              judgement(Preferred.SECOND, OptionalDouble.of(0.4), 2)),
          new float[] {-1, Float.NEGATIVE_INFINITY},
          new float[] {-2, -3},
          new float[] {-1, -1},
          new float[] {0, -5});

  private static final Answers CANDIDATE =
      answers(
          List.of(
              judgement(Preferred.FIRST, OptionalDouble.of(0.8), 1),
              judgement(Preferred.FIRST, OptionalDouble.of(0.6), 1),
              judgement(Preferred.UNDECIDED, OptionalDouble.of(0.5), 3),
              judgement(Preferred.SECOND, OptionalDouble.of(0.4), 4)),
          new float[] {-1.5f, Float.NEGATIVE_INFINITY},
          new float[] {-2, -3.25f},
          new float[] {-1, -1},
          new float[] {0.25f, -4});

  @Test
  void averages_over_pairs_and_tokens() {
    Agreement agreement =
        Agreement.of(
            REFERENCE,
            CANDIDATE,
            Arrays.asList(Preferred.FIRST, Preferred.SECOND, null, Preferred.SECOND));

    // the second verdict differs; the second and fourth texts do
    assertThat(agreement.verdicts()).isEqualTo(0.75);
    assertThat(agreement.texts()).isEqualTo(0.5);
    // of the three labelled pairs the second is wrong
    assertThat(agreement.accuracy().orElseThrow()).isCloseTo(2 / 3.0, within(1e-12));
    // 0.1, 0.4 and 0 where both have a score
    assertThat(agreement.softMean()).isCloseTo(0.5 / 3, within(1e-12));
    assertThat(agreement.softMax()).isCloseTo(0.4, within(1e-12));
    // 0.5 + 0 + 0 + 0.25 + 0 + 0 + 0.25 + 1 over eight tokens
    assertThat(agreement.logitMean()).isEqualTo(0.25);
    assertThat(agreement.logitMax()).isEqualTo(1);
  }

  @Test
  void a_model_agrees_with_itself() {
    Agreement agreement = Agreement.of(REFERENCE, REFERENCE, Arrays.asList(null, null, null, null));

    assertThat(agreement).isEqualTo(new Agreement(1, 1, OptionalDouble.empty(), 0, 0, 0, 0));
  }

  private static Answers answers(List<Judgement> judgements, float[]... forced) {
    return new Answers(
        "model",
        new ModelInfo("onnx", "cpu", "int4", "plain", "none", 1, 10, 100, 2),
        judgements,
        List.of(forced),
        2);
  }

  private static Judgement judgement(Preferred preferred, OptionalDouble soft, int token) {
    return new Judgement(
        preferred, Order.GIVEN, "", "", ImmutableList.of(token), -1, soft, FinishReason.STOP, true);
  }
}
