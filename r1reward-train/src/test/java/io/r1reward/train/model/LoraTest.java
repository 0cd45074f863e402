package io.r1reward.train.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.r1reward.core.checkpoint.Checkpoint;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.safetensors.DType;
import io.r1reward.core.testing.ReferenceCase;
import io.r1reward.core.testing.TestDevice;
import io.r1reward.train.optim.AdamWSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoraTest {
  private static final ReferenceCase CASE = ReferenceCase.of("b-one-image-140x196");
  private static final Lora LORA = Lora.rank(4);

  @TempDir Path folder;

  private static List<TrainingRow> rows() {
    List<TrainingRow> rows = new ArrayList<>();
    for (Prompt prompt : CASE.prompts()) {
      rows.add(new TrainingRow(prompt, new int[0], 40));
    }
    return rows;
  }

  private static NetworkSettings settings(Lora lora, int checkpointLayers) {
    return NetworkSettings.builder()
        .device(TestDevice.NAME)
        .lora(lora)
        .checkpointLayers(checkpointLayers)
        .build();
  }

  private static double[][] minusOnes(double[][] like) {
    double[][] gradient = new double[like.length][];
    for (int i = 0; i < like.length; i++) {
      gradient[i] = new double[like[i].length];
      Arrays.fill(gradient[i], -1);
    }
    return gradient;
  }

  private static double loss(PolicyNetwork network) {
    return -Arrays.stream(network.logProbabilities(rows())).flatMapToDouble(Arrays::stream).sum();
  }

  @Test
  void adapters_change_nothing_before_training_and_the_base_never() {
    try (Checkpoint checkpoint = Checkpoint.open(CASE.checkpoint());
        PolicyNetwork plain = PolicyNetwork.load(checkpoint, settings(null, 0), 1);
        PolicyNetwork adapted = PolicyNetwork.load(checkpoint, settings(LORA, 0), 1)) {
      double[][] base = plain.logProbabilities(rows());
      assertThat(adapted.logProbabilities(rows())).isDeepEqualTo(base);
      train(adapted, 3);
      assertThat(adapted.logProbabilities(rows())[0][0]).isNotEqualTo(base[0][0]);
      assertThat(adapted.baseLogProbabilities(rows())).isDeepEqualTo(base);
    }
  }

  private static void train(PolicyNetwork network, int steps) {
    try (NetworkOptimiser optimiser = new NetworkOptimiser(network, AdamWSettings.DEFAULT)) {
      for (int i = 0; i < steps; i++) {
        network.accumulate(rows(), LoraTest::minusOnes, i);
        optimiser.step(1e-2);
      }
    }
  }

  @Test
  void gradients_equal_finite_differences() {
    try (Checkpoint checkpoint = Checkpoint.open(CASE.checkpoint());
        PolicyNetwork network = PolicyNetwork.load(checkpoint, settings(LORA, 0), 1)) {
      train(network, 2); // so that neither A nor B is special
      network.accumulate(rows(), LoraTest::minusOnes, -1);
      for (String name :
          List.of(
              "model.layers.0.self_attn.q_proj.lora_A.weight",
              "model.layers.3.mlp.down_proj.lora_B.weight")) {
        Parameter parameter =
            network.trainable().stream().filter(p -> p.name().equals(name)).findFirst().get();
        float[] gradient = network.gradient(parameter);
        int largest = 0;
        for (int i = 0; i < gradient.length; i++) {
          largest = Math.abs(gradient[i]) > Math.abs(gradient[largest]) ? i : largest;
        }
        float[] values = network.values(parameter);
        float before = values[largest];
        float h = 1e-2f;
        values[largest] = before + h;
        network.set(parameter, values);
        double up = loss(network);
        values[largest] = before - h;
        network.set(parameter, values);
        double down = loss(network);
        values[largest] = before;
        network.set(parameter, values);
        assertThat((up - down) / (2 * h))
            .as(name)
            .isCloseTo(gradient[largest], within(0.01 * Math.abs(gradient[largest])));
      }
    }
  }

  @Test
  void only_adapters_are_trained() {
    try (Checkpoint checkpoint = Checkpoint.open(CASE.checkpoint());
        PolicyNetwork network =
            PolicyNetwork.load(checkpoint, settings(LORA.targets("q_proj"), 0), 1)) {
      assertThat(network.trainable())
          .hasSize(2 * 4)
          .allMatch(p -> p.name().contains("q_proj.lora_"));
      network.accumulate(rows(), LoraTest::minusOnes, -1);
      for (Parameter parameter : network.parameters()) {
        assertThat(network.gradient(parameter) != null)
            .as(parameter.name())
            .isEqualTo(parameter.trainable());
      }
    }
  }

  @Test
  void dropped_inputs_are_the_same_when_a_layer_is_computed_again() {
    Lora dropping = LORA.dropout(0.5);
    try (Checkpoint checkpoint = Checkpoint.open(CASE.checkpoint());
        PolicyNetwork kept = PolicyNetwork.load(checkpoint, settings(dropping, 0), 1);
        PolicyNetwork again = PolicyNetwork.load(checkpoint, settings(dropping, 1), 1)) {
      for (PolicyNetwork network : List.of(kept, again)) {
        network.accumulate(rows(), LoraTest::minusOnes, 5);
      }
      boolean anyDropped = false;
      for (int i = 0; i < kept.trainable().size(); i++) {
        float[] one = kept.gradient(kept.trainable().get(i));
        float[] two = again.gradient(again.trainable().get(i));
        for (int k = 0; k < one.length; k++) {
          assertThat(two[k]).isCloseTo(one[k], within(1e-4f * Math.max(1, Math.abs(one[k]))));
          anyDropped |= one[k] != 0;
        }
      }
      assertThat(anyDropped).isTrue();
    }
  }

  @Test
  void merged_checkpoint_computes_what_the_adapters_compute() {
    Path merged = folder.resolve("merged");
    double[][] expected;
    try (Checkpoint checkpoint = Checkpoint.open(CASE.checkpoint());
        PolicyNetwork network = PolicyNetwork.load(checkpoint, settings(LORA, 0), 1)) {
      train(network, 3);
      expected = network.logProbabilities(rows());
      NetworkFiles.export(network, CASE.checkpoint(), merged, DType.F32, 501_760);
    }
    try (Checkpoint checkpoint = Checkpoint.open(merged);
        PolicyNetwork network = PolicyNetwork.load(checkpoint, settings(null, 0), 1)) {
      double[][] values = network.logProbabilities(rows());
      for (int t = 0; t < expected[0].length; t++) {
        assertThat(values[0][t]).isCloseTo(expected[0][t], within(1e-4));
      }
    }
  }

  @Test
  void adapters_come_back_from_their_files() throws IOException {
    Lora lora = LORA.alpha(16).dropout(0.25).targets("q_proj", "v_proj");
    double[][] expected;
    try (Checkpoint checkpoint = Checkpoint.open(CASE.checkpoint());
        PolicyNetwork network = PolicyNetwork.load(checkpoint, settings(lora, 0), 1)) {
      train(network, 2);
      expected = network.logProbabilities(rows());
      AdapterFiles.save(network, "base", folder);
    }
    assertThat(AdapterFiles.settings(folder)).isEqualTo(lora);
    try (Checkpoint checkpoint = Checkpoint.open(CASE.checkpoint());
        PolicyNetwork network =
            PolicyNetwork.load(checkpoint, settings(AdapterFiles.settings(folder), 0), 99)) {
      AdapterFiles.restore(network, folder);
      assertThat(network.logProbabilities(rows())).isDeepEqualTo(expected);
    }
  }

  @Test
  void refuses_settings_out_of_range() {
    assertThatThrownBy(() -> Lora.rank(0)).hasMessage("LoRA rank must be at least 1, got 0");
    assertThatThrownBy(() -> LORA.dropout(1)).hasMessage("LoRA dropout must be in [0, 1), got 1.0");
  }

  @Test
  void refuses_targets_that_never_get_an_adapter() {
    try (Checkpoint checkpoint = Checkpoint.open(CASE.checkpoint())) {
      for (String target : List.of("lm_head", "embed_tokens", "qkv", "c_attn")) {
        assertThatThrownBy(
                () ->
                    PolicyNetwork.load(checkpoint, settings(LORA.targets("q_proj", target), 0), 1))
            .hasMessage(
                "LoRA target "
                    + target
                    + " fits no linear layer that can have an adapter: the decoder's have one, the"
                    + " head has none");
      }
    }
  }
}
