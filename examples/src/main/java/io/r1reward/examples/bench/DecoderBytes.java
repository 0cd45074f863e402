package io.r1reward.examples.bench;

import io.r1reward.core.model.ModelConfig;
import io.r1reward.core.model.ModelTensors;
import io.r1reward.core.safetensors.DType;
import io.r1reward.core.safetensors.TensorInfo;

/** The weights that one decode step reads, whatever the rows. */
final class DecoderBytes {
  private DecoderBytes() {}

  /**
   * Returns the bytes of the decoder's layers and head. Of an embedding that is not the head, too,
   * a step reads a row or two, which are left out.
   *
   * @param dtype {@code bfloat16} or {@code float32}, what the engine computes in
   */
  static long perStep(ModelConfig config, String dtype) {
    DType type = dtype.equals("bfloat16") ? DType.BF16 : DType.F32;
    return ModelTensors.shapes(config).entrySet().stream()
        .filter(tensor -> !tensor.getKey().startsWith("visual."))
        .filter(
            tensor -> config.tieWordEmbeddings() || !tensor.getKey().equals(ModelTensors.EMBEDDING))
        .mapToLong(tensor -> new TensorInfo(tensor.getKey(), type, tensor.getValue()).bytes())
        .sum();
  }
}
