package io.r1reward.train.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.r1reward.CheckpointException;
import io.r1reward.core.safetensors.MappedTensor;
import io.r1reward.core.torch.jni.GradScript;
import io.r1reward.core.torch.jni.Torch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Copies tensors of mapped files to a device, past the heap. Stateless. */
final class MappedArrays {
  /** Bytes of one buffer; a tensor with more is copied in stretches of rows. */
  private static final long MOST = 1L << 30;

  private MappedArrays() {}

  /**
   * Copies a tensor.
   *
   * @param tensor F32, F16 or BF16
   * @param like its type and device are wanted
   * @param owner of the copy
   */
  static NDArray copy(MappedTensor tensor, NDArray like, NDManager owner, GradScript script) {
    try (NDManager host = owner.newSubManager(ai.djl.Device.cpu());
        NDManager scope = owner.newSubManager()) {
      long[] shape = tensor.shape().toArray();
      if (shape.length == 0 || tensor.info().bytes() <= MOST) {
        return copy(wrap(tensor, tensor.bytes(), shape, host, script), like, owner, script);
      }
      long step = Math.max(1, MOST / (tensor.info().bytes() / shape[0]));
      List<NDArray> parts = new ArrayList<>();
      for (long row = 0; row < shape[0]; row += step) {
        long end = Math.min(shape[0], row + step);
        long[] part = shape.clone();
        part[0] = end - row;
        parts.add(
            copy(wrap(tensor, tensor.rows(row, end), part, host, script), like, scope, script));
      }
      return GradScript.silently(() -> script.call(owner, "join", parts));
    }
  }

  private static NDArray copy(NDArray values, NDArray like, NDManager owner, GradScript script) {
    return GradScript.silently(() -> script.call(owner, "copy_like", values, like));
  }

  private static NDArray wrap(
      MappedTensor tensor, ByteBuffer bytes, long[] shape, NDManager host, GradScript script) {
    return switch (tensor.dtype()) {
      case F32 -> Torch.wrap(host, bytes, new Shape(shape), DataType.FLOAT32);
      case F16 -> Torch.wrap(host, bytes, new Shape(shape), DataType.FLOAT16);
      case BF16 -> {
        NDArray raw = Torch.wrap(host, bytes, new Shape(bytes.remaining()), DataType.INT8);
        yield GradScript.silently(() -> script.call(host, "as_bfloat16", raw)) // [n]
            .reshape(new Shape(shape));
      }
      default ->
          throw new CheckpointException(
              "tensor " + tensor + ": weights in " + tensor.dtype() + " are not supported");
    };
  }
}
