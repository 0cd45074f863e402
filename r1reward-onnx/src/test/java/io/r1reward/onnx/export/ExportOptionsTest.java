package io.r1reward.onnx.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.InvalidInputException;
import io.r1reward.onnx.graph.ElementType;
import org.junit.jupiter.api.Test;

class ExportOptionsTest {

  @Test
  void keeps_head_and_vision_of_a_4_bit_export_in_8_bits() {
    ExportOptions options = ExportOptions.builder(Precision.INT4).build();

    assertThat(options.head()).isEqualTo(Precision.INT8);
    assertThat(options.vision()).isEqualTo(Precision.INT8);
    assertThat(options.activations()).isEqualTo(ElementType.FLOAT32);
    assertThat(options.precisionOf("visual.merger.mlp.0.weight")).isEqualTo(Precision.INT8);
    assertThat(options.precisionOf("model.layers.3.mlp.up_proj.weight")).isEqualTo(Precision.INT4);
  }

  @Test
  void keeps_head_and_vision_in_floats_where_all_is_to_be_exact() {
    ExportOptions options = ExportOptions.builder(Precision.INT4).accuracyLevel(0).build();

    assertThat(options.head()).isEqualTo(Precision.FLOAT32);
    assertThat(options.vision()).isEqualTo(Precision.FLOAT32);
    assertThat(
            ExportOptions.builder(Precision.INT4)
                .activations(ElementType.BFLOAT16)
                .accuracyLevel(0)
                .build()
                .head())
        .isEqualTo(Precision.BFLOAT16);
  }

  @Test
  void refuses_8_bits_without_a_fast_kernel() {
    ExportOptions.Builder builder = ExportOptions.builder(Precision.INT8).accuracyLevel(0);

    assertThatThrownBy(builder::build)
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("accuracy level 4, got 0");
    assertThat(builder.slowKernels(true).build().accuracyLevel()).isZero();
  }

  @Test
  void refuses_float_weights_of_another_format_than_the_activations() {
    ExportOptions.Builder builder = ExportOptions.builder(Precision.INT4).vision(Precision.FLOAT16);

    assertThatThrownBy(builder::build)
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("weights in FLOAT16 do not go with activations in FLOAT32");
    assertThat(builder.activations(ElementType.FLOAT16).build().floatPrecision())
        .isEqualTo(Precision.FLOAT16);
  }

  @Test
  void refuses_levels_out_of_range() {
    assertThatThrownBy(() -> ExportOptions.builder(Precision.INT4).accuracyLevel(5).build())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("from 0 to 4, got 5");
  }
}
