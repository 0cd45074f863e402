package io.r1reward.train.model;

import static io.r1reward.train.ReferenceFiles.cases;
import static io.r1reward.train.ReferenceFiles.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.r1reward.core.model.ModelConfig;
import io.r1reward.core.testing.TestDevice;
import io.r1reward.core.torch.jni.GradScript;
import io.r1reward.core.torch.jni.Torch;
import io.r1reward.train.TinyTask;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenLogProbabilitiesTest {

  @Test
  void log_probabilities_of_targets_equal_the_reference() {
    List<JsonNode> cases = cases("stable-reinforce/token-logprobs.json");
    assertThat(cases).hasSize(3);
    String source =
        PolicyNetwork.source(ModelConfig.read(TinyTask.CHECKPOINT.resolve("config.json")), null, 0);
    try (NDManager manager = Torch.newManager(TestDevice.NAME);
        GradScript script = GradScript.compile(manager, "training", "Training", source)) {
      for (JsonNode c : cases) {
        for (int b = 0; b < c.get("labels").size(); b++) {
          compare(manager, script, c, b);
        }
      }
    }
  }

  private static void compare(NDManager manager, GradScript script, JsonNode c, int b) {
    JsonNode logits = c.get("logits").get(b);
    float[][] rows = new float[logits.size()][];
    for (int t = 0; t < rows.length; t++) {
      double[] row = row(logits.get(t));
      rows[t] = new float[row.length];
      for (int v = 0; v < row.length; v++) {
        rows[t][v] = (float) row[v];
      }
    }
    long[] labels =
        Arrays.stream(row(c.get("labels").get(b))).mapToLong(value -> (long) value).toArray();
    try (NDArray result =
        script.call(manager, "of_targets", manager.create(rows), manager.create(labels))) {
      float[] values = result.toFloatArray();
      for (int t = 0; t < values.length; t++) {
        double expected = c.get("float64").get(b).get(t).doubleValue();
        assertThat((double) values[t])
            .isCloseTo(expected, within(2e-6 * Math.max(1, Math.abs(expected))));
      }
    }
  }
}
