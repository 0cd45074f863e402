package io.r1reward.train.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.r1reward.core.checkpoint.Checkpoint;
import io.r1reward.core.testing.ReferenceCase;
import io.r1reward.core.testing.TestDevice;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Hidden states at the ends of rows, and gradients of a loss on them. */
class LastHiddenTest {
  private static final ReferenceCase CASE = ReferenceCase.of("f-batch-left-padded");

  private static List<TrainingRow> rows() {
    return CASE.prompts().stream().map(prompt -> TrainingRow.of(prompt, new int[0])).toList();
  }

  private static PolicyNetwork load(@Nullable Lora lora, int checkpointLayers) {
    NetworkSettings settings =
        NetworkSettings.builder()
            .device(TestDevice.NAME)
            .threads(1)
            .lora(lora)
            .checkpointLayers(checkpointLayers)
            .build();
    try (Checkpoint checkpoint = Checkpoint.open(CASE.checkpoint())) {
      return PolicyNetwork.load(checkpoint, settings, 1);
    }
  }

  /** Half the sum of squares, each row's times its number from 1. */
  private static double loss(float[][] hidden) {
    double sum = 0;
    for (int row = 0; row < hidden.length; row++) {
      for (float value : hidden[row]) {
        sum += (row + 1) * 0.5 * value * value;
      }
    }
    return sum;
  }

  private static float[][] gradient(float[][] hidden) {
    float[][] gradient = new float[hidden.length][];
    for (int row = 0; row < hidden.length; row++) {
      gradient[row] = hidden[row].clone();
      for (int i = 0; i < gradient[row].length; i++) {
        gradient[row][i] *= row + 1;
      }
    }
    return gradient;
  }

  @Test
  void last_token_of_each_row_is_read_wherever_the_longest_row_ends() {
    try (PolicyNetwork network = load(null, 0)) {
      List<TrainingRow> rows = rows();
      assertThat(rows.stream().map(TrainingRow::length).distinct()).hasSizeGreaterThan(1);
      float[][] together = network.lastHidden(rows);
      for (int i = 0; i < rows.size(); i++) {
        float[] alone = network.lastHidden(List.of(rows.get(i)))[0];
        for (int k = 0; k < alone.length; k++) {
          assertThat(together[i][k]).isCloseTo(alone[k], within(1e-4f));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, model.norm.weight",
    "0, model.layers.0.self_attn.v_proj.weight",
    "1, model.layers.1.mlp.gate_proj.weight",
    "1, visual.merger.mlp.0.weight",
    "2, model.embed_tokens.weight",
  })
  void gradients_equal_finite_differences(int checkpointLayers, String name) {
    try (PolicyNetwork network = load(null, checkpointLayers)) {
      compare(network, name);
    }
  }

  @Test
  void adapters_get_theirs() {
    try (PolicyNetwork network = load(Lora.rank(4), 1)) {
      compare(network, "model.layers.0.mlp.down_proj.lora_B.weight");
      assertThat(network.parameters())
          .allMatch(p -> (network.gradient(p) != null) == p.trainable());
    }
  }

  private static void compare(PolicyNetwork network, String name) {
    double[] seen = {0};
    network.accumulateLastHidden(
        rows(),
        hidden -> {
          seen[0] = loss(hidden);
          return gradient(hidden);
        },
        -1);
    assertThat(seen[0]).isCloseTo(loss(network.lastHidden(rows())), within(1e-4 * seen[0]));
    Parameter parameter =
        network.trainable().stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow();
    float[] gradient = network.gradient(parameter);
    int largest = 0;
    for (int i = 0; i < gradient.length; i++) {
      largest = Math.abs(gradient[i]) > Math.abs(gradient[largest]) ? i : largest;
    }
    assertThat(gradient[largest]).isNotZero();
    float h = 1e-2f;
    double numeric =
        (lossWith(network, parameter, largest, h) - lossWith(network, parameter, largest, -h))
            / (2 * h);
    assertThat(numeric)
        .as(name)
        .isCloseTo(gradient[largest], within(0.01 * Math.abs(gradient[largest])));
  }

  private static double lossWith(PolicyNetwork network, Parameter parameter, int at, float change) {
    float[] values = network.values(parameter);
    float[] moved = values.clone();
    moved[at] += change;
    network.set(parameter, moved);
    double loss = loss(network.lastHidden(rows()));
    network.set(parameter, values);
    return loss;
  }
}
