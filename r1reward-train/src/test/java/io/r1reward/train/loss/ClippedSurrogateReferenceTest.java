package io.r1reward.train.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.r1reward.train.ReferenceFiles;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Values and gradients of the published loss with Pre-CLIP. */
class ClippedSurrogateReferenceTest {

  static List<JsonNode> cases() {
    return ReferenceFiles.cases("stable-reinforce/policy-loss.json").stream()
        .filter(c -> !c.get("name").textValue().equals("one-row-without-actions"))
        .toList();
  }

  static PolicyLossResult evaluate(JsonNode c) {
    double[][] logProbabilities = ReferenceFiles.rows(c.get("log_probs"));
    boolean[][] mask = ReferenceFiles.mask(c.get("action_mask"), logProbabilities);
    return ClippedSurrogate.stableReinforce()
        .clip(c.get("clip_eps").doubleValue())
        .evaluate(
            PolicyLossBatch.of(
                logProbabilities,
                ReferenceFiles.rows(c.get("old_log_probs")),
                ReferenceFiles.rows(c.get("advantages")),
                LossAggregation.sequenceMean().weights(mask)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void loss_and_gradient_equal_the_reference(JsonNode c) {
    PolicyLossResult result = evaluate(c);

    double loss = ReferenceFiles.number(c.get("float64").get("loss"));
    assertThat(result.loss()).isCloseTo(loss, within(1e-12 * Math.max(1, Math.abs(loss))));
    double[][] gradient = ReferenceFiles.rows(c.get("float64").get("grad_log_probs"));
    for (int i = 0; i < gradient.length; i++) {
      for (int t = 0; t < gradient[i].length; t++) {
        assertThat(result.gradient()[i][t])
            .as("row %d token %d", i, t)
            .isCloseTo(gradient[i][t], within(1e-12 * Math.max(1, Math.abs(gradient[i][t]))));
      }
    }
  }

  @Test
  void all_cases_are_there() {
    assertThat(cases()).hasSize(13);
  }

  /** The published code gives NaN here: 0/0 for the empty row spoils the whole batch. */
  @Test
  void row_without_actions_does_not_contribute() {
    JsonNode c =
        ReferenceFiles.cases("stable-reinforce/policy-loss.json").stream()
            .filter(x -> x.get("name").textValue().equals("one-row-without-actions"))
            .findFirst()
            .orElseThrow();
    assertThat(c.get("float64").get("loss").textValue()).isEqualTo("NaN");

    PolicyLossResult result = evaluate(c);

    assertThat(result.isFinite()).isTrue();
    assertThat(result.gradient()[1]).containsOnly(0.0);
    // the reference's row 0 is divided by both rows, ours by the one that acts
    double[] row = ReferenceFiles.row(c.get("float64").get("grad_log_probs").get(0));
    for (int t = 0; t < row.length; t++) {
      assertThat(result.gradient()[0][t]).isCloseTo(2 * row[t], within(1e-12));
    }
  }
}
