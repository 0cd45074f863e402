package io.r1reward.onnx.export;

import com.google.common.collect.ImmutableSet;
import io.r1reward.core.checkpoint.Checkpoint;
import io.r1reward.core.model.ModelConfig;
import io.r1reward.core.model.ModelTensors;
import io.r1reward.core.safetensors.DType;
import io.r1reward.core.safetensors.MappedTensor;
import java.util.Map;
import java.util.Set;

/** Says how much space an export takes, before it is made. */
final class ExportSize {

  private ExportSize() {}

  /**
   * Returns the bytes that an export will write; padding, graphs and small files are left out.
   *
   * @param links whether float32 tensors are used where they lie
   */
  static long estimate(Checkpoint checkpoint, ExportOptions options, boolean links) {
    String head =
        checkpoint.config().tieWordEmbeddings() ? ModelTensors.EMBEDDING : ModelTensors.LM_HEAD;
    Set<String> tables = tables(checkpoint.config());
    long bytes = 0;
    for (String name : ModelTensors.shapes(checkpoint.config()).keySet()) {
      MappedTensor tensor = checkpoint.require(name);
      boolean linked = links && tensor.dtype() == DType.F32;
      boolean matrix = tensor.shape().length() > 1 && !tables.contains(name);
      if (name.equals(ModelTensors.EMBEDDING) && !linked) {
        bytes += tensor.info().bytes();
      }
      if (name.equals(ModelTensors.EMBEDDING) && !name.equals(head)) {
        continue;
      }
      Precision precision = options.floatPrecision();
      if (matrix) {
        precision = name.equals(head) ? options.head() : options.precisionOf(name);
      }
      if (!linked || precision != Precision.FLOAT32) {
        bytes += bytes(tensor.info().elements(), precision, options);
      }
    }
    return bytes;
  }

  /** Returns the names of the tower's tables, which stay as they are beside quantised matrices. */
  private static Set<String> tables(ModelConfig config) {
    return config.family().tower(config.vision()).embedding().shapes().entrySet().stream()
        .filter(tensor -> tensor.getValue().length() == 2)
        .map(Map.Entry::getKey)
        .collect(ImmutableSet.toImmutableSet());
  }

  private static long bytes(long elements, Precision precision, ExportOptions options) {
    long bits = elements * precision.bits();
    if (precision.isQuantised()) {
      bits += elements / options.blockSizeOf(precision) * options.floatPrecision().bits();
    }
    return bits / 8;
  }
}
