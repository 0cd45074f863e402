package io.r1reward.train.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import io.r1reward.core.safetensors.DType;
import io.r1reward.core.safetensors.TensorData;
import io.r1reward.core.safetensors.TensorInfo;
import io.r1reward.core.torch.jni.GradScript;
import java.nio.ByteBuffer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A tensor on its way from libtorch to a file. It is computed and converted when its first byte is
 * asked for and given up after its last, so that native memory holds one of them at a time, and the
 * heap one piece. Not thread-safe: the pieces must be read in order.
 */
final class NativeTensor implements TensorData {
  private final TensorInfo info;
  private final PolicyNetwork network;
  private final Function<NDManager, NDArray> values;
  private @Nullable NDManager scope;
  private @Nullable NDArray bytes;

  /**
   * A tensor of a network.
   *
   * @param info what the file says of it, in F32, F16 or BF16
   * @param values computes it, owned by the manager, in any format
   */
  NativeTensor(TensorInfo info, PolicyNetwork network, Function<NDManager, NDArray> values) {
    this.info = info;
    this.network = network;
    this.values = values;
  }

  @Override
  public TensorInfo info() {
    return info;
  }

  @Override
  public void read(long offset, ByteBuffer destination) {
    long end = offset + destination.remaining();
    NDArray all = bytes == null || offset == 0 ? start() : bytes;
    try (NDArray piece = all.get(new NDIndex("{}:{}", offset, end))) {
      destination.put(piece.toByteBuffer());
    }
    if (end == info.bytes()) {
      finish();
    }
  }

  private NDArray start() {
    finish();
    NDManager owner = network.manager().newSubManager();
    scope = owner;
    NDArray plain = values.apply(owner);
    NDArray converted = call(owner, conversion(info.dtype()), plain);
    NDArray flat = call(owner, "as_bytes", converted, owner.create(info.bytes())); // [bytes]
    bytes = flat;
    return flat;
  }

  private NDArray call(NDManager owner, String method, Object... arguments) {
    return GradScript.silently(() -> network.script().call(owner, method, arguments));
  }

  private void finish() {
    if (scope != null) {
      scope.close();
    }
    scope = null;
    bytes = null;
  }

  private static String conversion(DType dtype) {
    return switch (dtype) {
      case F32 -> "to_float_copy";
      case F16 -> "to_float16_copy";
      case BF16 -> "to_bfloat16_copy";
      default -> throw new IllegalArgumentException("weights in " + dtype + " are not supported");
    };
  }
}
