package io.r1reward.core.torch.jni;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import io.r1reward.EngineException;
import io.r1reward.core.machine.Natives;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The PyTorch library of this process. Thread-safe. */
public final class Torch {
  private static final Logger log = LoggerFactory.getLogger(Torch.class);

  private Torch() {}

  /**
   * Returns the engine, loading libtorch when it is first asked for.
   *
   * @throws EngineException if there is no libtorch for this machine
   */
  public static Engine engine() {
    try {
      return Engine.getEngine("PyTorch");
    } catch (ai.djl.engine.EngineException | LinkageError e) {
      throw new EngineException(
          "PyTorch could not be loaded: "
              + Natives.reason(e)
              + "; put ai.djl.pytorch:pytorch-native-cpu (with this machine's classifier) on the class"
              + " path, or set PYTORCH_LIBRARY_PATH",
          e);
    }
  }

  /**
   * Returns a manager on a device.
   *
   * @param device {@code cpu}, {@code cuda:N}, or {@code auto} for the first GPU where there is one
   * @throws EngineException if there is no such device
   */
  public static NDManager newManager(String device) {
    return engine().newBaseManager(device(device));
  }

  /** Resolves a device name as {@link #newManager} does. */
  public static Device device(String name) {
    int gpus = engine().getGpuCount();
    if (name.equals("auto")) {
      return gpus > 0 ? Device.gpu(0) : Device.cpu();
    } else if (name.equals("cpu")) {
      return Device.cpu();
    } else if (name.matches("cuda(:\\d{1,4})?")) {
      int index = name.equals("cuda") ? 0 : Integer.parseInt(name.substring(5));
      if (index >= gpus) {
        throw new EngineException(
            "device " + name + " is not there: PyTorch sees " + gpus + " CUDA devices");
      }
      return Device.gpu(index);
    }
    throw new EngineException("unknown device " + name + ", expected auto, cpu or cuda:N");
  }

  /**
   * Reads float32 values. On a GPU, {@code toFloatArray} would leave a copy with the array's
   * manager for as long as that lives.
   */
  public static float[] floats(NDArray array) {
    if (array.getDevice().equals(Device.cpu())) {
      return array.toFloatArray();
    }
    try (NDArray copy = array.toDevice(Device.cpu(), false)) {
      return copy.toFloatArray();
    }
  }

  /**
   * Readies the calling thread for scripts: no profiling executor, and so many intra-op threads.
   *
   * @param threads 0 leaves the number as it is
   */
  public static void prepareThread(int threads) {
    engine();
    JniUtils.setGraphExecutorOptimize(false);
    if (threads > 0) {
      JniUtils.setNumThreads(threads);
    }
    log.debug("{} intra-op threads", JniUtils.getNumThreads());
  }

  /** Sets the number of intra-op threads of operators called from this thread. */
  public static void setThreads(int threads) {
    JniUtils.setNumThreads(threads);
  }

  /** Returns the number of intra-op threads of operators called from this thread. */
  public static int threads() {
    return JniUtils.getNumThreads();
  }

  /**
   * Makes a tensor over a direct or mapped buffer without copying it (on a CPU). The buffer must
   * outlive every tensor that shares its memory. Types that DJL does not know are read as INT8 and
   * reinterpreted in a script.
   *
   * @param bytes position to limit are the tensor, little-endian
   * @param shape its shape in elements of {@code type}
   */
  public static NDArray wrap(NDManager manager, ByteBuffer bytes, Shape shape, DataType type) {
    Buffer buffer = bytes;
    return manager.create(buffer, shape, type);
  }

  /** Gives cached GPU memory back to the driver. */
  public static void releaseCudaCache() {
    if (engine().getGpuCount() > 0) {
      JniUtils.emptyCudaCache();
    }
  }
}
