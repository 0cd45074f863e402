package io.r1reward.core.torch.jni;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A TorchScript class without state whose results can be differentiated, unlike those of {@link
 * TorchScript}, which run in inference mode. Every argument is a tensor or a list of tensors.
 *
 * <p>Gradients are recorded only within {@link #recording}; the switch is the calling thread's. Not
 * thread-safe.
 */
public final class GradScript implements AutoCloseable {
  private static final String METHOD = "module_method:";

  private final PtSymbolBlock block;

  private GradScript(PtSymbolBlock block) {
    this.block = block;
  }

  /**
   * Compiles a class; arguments as of {@link TorchScript#compile}.
   *
   * @throws io.r1reward.EngineException if the text does not compile; the message names file and
   *     line
   */
  public static GradScript compile(
      NDManager manager, String module, String className, String source) {
    return new GradScript(ScriptArchive.load(manager, module, className, source));
  }

  /**
   * Calls a method that gives one tensor.
   *
   * @param scope owns what comes back
   * @param arguments each an NDArray or a {@code List<NDArray>}; lists may not be empty
   * @throws io.r1reward.EngineException if an operator fails, with libtorch's message
   */
  public NDArray call(NDManager scope, String method, Object... arguments) {
    NDList inputs = new NDList();
    try (NDArray name = scope.create(new Shape(0))) {
      name.setName(METHOD + method);
      inputs.add(name); // its manager owns the result
      for (int i = 0; i < arguments.length; i++) {
        if (arguments[i] instanceof NDArray array) {
          array.setName(null);
          inputs.add(array);
        } else {
          for (Object item : (List<?>) arguments[i]) {
            NDArray array = (NDArray) item;
            array.setName("list" + i + "[]");
            inputs.add(array);
          }
        }
      }
      return IValueUtils.forward(block, inputs, true).singletonOrThrow();
    } catch (EngineException e) {
      throw new io.r1reward.EngineException(method + ": " + e.getMessage(), e);
    }
  }

  /** What is done while gradients are recorded. */
  @FunctionalInterface
  public interface Recorded {
    /** Computes something. */
    NDArray compute();
  }

  /** Records gradients on this thread while something is computed. */
  public static NDArray recording(Recorded what) {
    boolean before = JniUtils.isGradMode();
    JniUtils.setGradMode(true);
    try {
      return what.compute();
    } finally {
      JniUtils.setGradMode(before);
    }
  }

  /** Computes something without recording gradients on this thread. */
  public static NDArray silently(Recorded what) {
    boolean before = JniUtils.isGradMode();
    JniUtils.setGradMode(false);
    try {
      return what.compute();
    } finally {
      JniUtils.setGradMode(before);
    }
  }

  /**
   * Adds to the gradients of every array that {@code output} was computed from and that asks for
   * one. The recording is used up.
   *
   * @param upstream derivative of the loss by {@code output}, in its shape and type
   * @throws io.r1reward.EngineException if an operator fails, with libtorch's message
   */
  public static void backward(NDArray output, NDArray upstream) {
    try {
      JniUtils.backward((PtNDArray) output, (PtNDArray) upstream, false, false);
    } catch (EngineException e) {
      throw new io.r1reward.EngineException("backward: " + e.getMessage(), e);
    }
  }

  /** Makes an array ask for a gradient. */
  public static void require(NDArray leaf) {
    JniUtils.attachGradient((PtNDArray) leaf, true);
  }

  /** Returns the gradient that an array has collected; null if it has none yet. */
  public static @Nullable NDArray gradient(NDArray leaf) {
    return JniUtils.getGradient((PtNDArray) leaf);
  }

  /** Sets the gradient that an array has collected to zero. */
  public static void clearGradient(NDArray leaf) {
    try (NDArray gradient = gradient(leaf)) {
      if (gradient != null) {
        JniUtils.zeroGrad((PtNDArray) leaf);
      }
    }
  }

  /** Returns an array that shares the memory but nothing of how it was computed. */
  public static NDArray detach(NDArray array) {
    return JniUtils.detachGradient((PtNDArray) array);
  }

  @Override
  public void close() {
    block.close();
  }
}
