package io.r1reward.train.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.r1reward.core.checkpoint.Checkpoint;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.model.ModelTensors;
import io.r1reward.core.testing.Reference;
import io.r1reward.core.testing.ReferenceCase;
import io.r1reward.core.testing.ReferenceTensors;
import io.r1reward.core.testing.TestDevice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Gradients of the mean next-token cross entropy, against automatic differentiation in PyTorch. */
class GradientParityTest {
  /** Relative to the norm of the parameter's gradient. */
  private static final double TOLERANCE = 1e-4;

  @ParameterizedTest
  @CsvSource({
    "b-one-image-140x196, 0, 1024",
    "b-one-image-140x196, 1, 1024",
    "b-one-image-140x196, 3, 16",
    "f-batch-left-padded, 0, 1024",
    "f-batch-left-padded, 1, 1024",
    "t2-tied-image, 0, 7",
    "t2-tied-image, 1, 1024",
    "q3-b-one-image, 0, 1024",
    "q3-b-one-image, 1, 16",
    "q3-f-batch-left-padded, 2, 1024",
    "q3-t2-tied-image, 0, 7",
    "q3-t2-tied-image, 1, 1024",
  })
  void gradients_equal_the_reference(String name, int checkpointLayers, int headRows) {
    ReferenceCase c = ReferenceCase.of(name);
    List<TrainingRow> rows = new ArrayList<>();
    int targets = 0;
    for (Prompt prompt : c.prompts()) {
      rows.add(new TrainingRow(prompt, new int[0], 1));
      targets += prompt.length() - 1;
    }
    int count = targets;
    NetworkSettings settings =
        NetworkSettings.builder()
            .device(TestDevice.NAME)
            .checkpointLayers(checkpointLayers)
            .headRows(headRows)
            .build();
    try (Checkpoint checkpoint = Checkpoint.open(c.checkpoint());
        PolicyNetwork network = PolicyNetwork.load(checkpoint, settings, 0)) {
      double[] loss = {0};
      network.accumulate(
          rows,
          values -> {
            double[][] gradient = new double[values.length][];
            for (int i = 0; i < values.length; i++) {
              gradient[i] = new double[values[i].length];
              for (int t = 0; t < values[i].length; t++) {
                loss[0] -= values[i][t] / count;
                gradient[i][t] = -1.0 / count;
              }
            }
            return gradient;
          },
          -1);
      JsonNode expected = c.json().get("gradients");
      assertThat(loss[0]).isCloseTo(expected.get("loss").doubleValue(), within(1e-5));
      compareNorms(network, expected);
      compareTensors(network, Reference.tensors("cases/" + name + "/gradients.safetensors"));
    }
  }

  private static void compareNorms(PolicyNetwork network, JsonNode expected) {
    JsonNode stored = expected.has("norm") ? expected.get("norm") : expected.get("norms");
    Map<String, JsonNode> norms = new HashMap<>();
    stored
        .propertyStream()
        .forEach(each -> norms.put(ModelTensors.classicName(each.getKey()), each.getValue()));
    assertThat(norms).hasSameSizeAs(network.parameters());
    for (Parameter parameter : network.parameters()) {
      float[] gradient = network.gradient(parameter);
      assertThat(gradient).as(parameter.name()).isNotNull();
      double squares = 0;
      for (float value : gradient) {
        squares += (double) value * value;
      }
      double norm = norms.get(parameter.name()).doubleValue();
      assertThat(Math.sqrt(squares))
          .as("norm of the gradient of %s", parameter.name())
          .isCloseTo(norm, within(TOLERANCE * norm));
    }
  }

  private static void compareTensors(PolicyNetwork network, ReferenceTensors expected) {
    for (Parameter parameter : network.parameters()) {
      String name =
          expected.names().stream()
              .filter(each -> ModelTensors.classicName(each).equals(parameter.name()))
              .findFirst()
              .orElse(null);
      if (name == null) {
        continue;
      }
      float[] gradient = network.gradient(parameter);
      float[] wanted = expected.floats(name);
      double squares = 0;
      double difference = 0;
      for (int i = 0; i < wanted.length; i++) {
        squares += (double) wanted[i] * wanted[i];
        difference += Math.pow((double) wanted[i] - gradient[i], 2);
      }
      assertThat(Math.sqrt(difference))
          .as("gradient of %s", parameter.name())
          .isLessThan(TOLERANCE * Math.sqrt(squares));
    }
  }
}
