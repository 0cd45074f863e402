package io.r1reward.onnx.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.CheckpointException;
import io.r1reward.core.model.ModelFamilies;
import org.junit.jupiter.api.Test;

class VisionGraphsTest {

  @Test
  void every_family_has_a_tower() {
    for (String type : ModelFamilies.modelTypes()) {
      assertThat(VisionGraphs.of(ModelFamilies.require(type)).modelType()).isEqualTo(type);
    }
  }

  @Test
  void names_a_family_without_a_tower() {
    assertThatThrownBy(() -> VisionGraphs.of("qwen9_vl"))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(
            "model_type 'qwen9_vl' has no ONNX graph, only [qwen2_5_vl, qwen3_vl] have; the"
                + " PyTorch engine may run it");
  }
}
