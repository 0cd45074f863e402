package io.r1reward.core.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.r1reward.CheckpointException;
import io.r1reward.core.checkpoint.Checkpoint;
import io.r1reward.core.safetensors.DType;
import io.r1reward.core.safetensors.MappedTensor;
import io.r1reward.core.torch.jni.Torch;
import io.r1reward.core.torch.jni.TorchScript;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes tensors of a checkpoint's mapped bytes. On a CPU, and in the checkpoint's own number
 * format, they share the mapped memory and cost nothing; otherwise they are converted one by one.
 */
final class WeightLoader {
  private final Checkpoint checkpoint;
  private final NDManager manager;
  private final TorchScript script;
  private final Device device;
  private final Precision precision;

  WeightLoader(Checkpoint checkpoint, NDManager manager, TorchScript script, Precision precision) {
    this.checkpoint = checkpoint;
    this.manager = manager;
    this.script = script;
    this.device = manager.getDevice();
    this.precision = precision;
  }

  /** Returns a tensor of the checkpoint, owned by the manager. */
  NDArray load(String name) {
    MappedTensor tensor = checkpoint.require(name);
    try (NDManager cpu = manager.newSubManager(Device.cpu())) {
      NDArray mapped = map(tensor, cpu);
      boolean same = tensor.dtype() == precision.dtype() && !device.isGpu();
      NDArray out =
          same ? mapped : script.one(cpu, "convert", mapped, name(device), precision.scalarType());
      out.attach(manager);
      return out;
    }
  }

  private NDArray map(MappedTensor tensor, NDManager cpu) {
    if (tensor.info().bytes() <= Integer.MAX_VALUE) {
      return view(tensor.bytes(), tensor.dtype(), tensor.shape().toArray(), cpu);
    }
    // one buffer holds less than 2 GiB: join slices of rows, which copies
    long[] shape = tensor.shape().toArray();
    long step = Math.max(1, Integer.MAX_VALUE / (tensor.info().bytes() / shape[0]) / 2);
    List<NDArray> parts = new ArrayList<>();
    for (long row = 0; row < shape[0]; row += step) {
      long end = Math.min(shape[0], row + step);
      long[] part = shape.clone();
      part[0] = end - row;
      parts.add(view(tensor.rows(row, end), tensor.dtype(), part, cpu));
    }
    return script.one(cpu, "join", (Object) parts.toArray(NDArray[]::new));
  }

  private NDArray view(ByteBuffer bytes, DType dtype, long[] shape, NDManager cpu) {
    return switch (dtype) {
      case F32 -> Torch.wrap(cpu, bytes, new Shape(shape), DataType.FLOAT32);
      case F16 -> Torch.wrap(cpu, bytes, new Shape(shape), DataType.FLOAT16);
      case BF16 -> {
        NDArray raw = Torch.wrap(cpu, bytes, new Shape(bytes.remaining()), DataType.INT8);
        yield script.one(cpu, "as_bfloat16", raw, shape);
      }
      default -> throw new CheckpointException("weights in " + dtype + " are not supported");
    };
  }

  static String name(Device device) {
    return device.isGpu() ? "cuda:" + device.getDeviceId() : "cpu";
  }
}
