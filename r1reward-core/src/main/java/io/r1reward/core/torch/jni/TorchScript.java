package io.r1reward.core.torch.jni;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import com.google.common.base.Splitter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A TorchScript class without state, compiled from text. It opens every ATen operator that DJL does
 * not bind. Methods run in inference mode.
 *
 * <p>Not thread-safe; use it from the thread that owns its manager.
 */
public final class TorchScript implements AutoCloseable {
  private final PtSymbolBlock block;

  private TorchScript(PtSymbolBlock block) {
    this.block = block;
  }

  /**
   * Compiles a class.
   *
   * @param manager owns the module
   * @param module name of its Python module
   * @param className name of the class
   * @param source the module's text; {@code self} needs no type
   * @throws io.r1reward.EngineException if the text does not compile; the message names file and
   *     line
   */
  public static TorchScript compile(
      NDManager manager, String module, String className, String source) {
    return new TorchScript(ScriptArchive.load(manager, module, className, source));
  }

  /**
   * Calls a method.
   *
   * @param scope owns what comes back
   * @param method its name
   * @param arguments NDArray, TensorList, {@code NDArray[]}, Integer or Long, {@code long[]},
   *     Double, Boolean or String
   * @return the method's tensor, or its list of tensors, in order
   * @throws io.r1reward.EngineException if an operator fails, with libtorch's message
   */
  public NDArray[] call(NDManager scope, String method, Object... arguments) {
    return invoke(
        method,
        arguments,
        result ->
            result.isTensor()
                ? new NDArray[] {result.toTensor((PtNDManager) scope)}
                : result.toTensorArray((PtNDManager) scope));
  }

  /** Calls a method that gives one tensor. */
  public NDArray one(NDManager scope, String method, Object... arguments) {
    return call(scope, method, arguments)[0];
  }

  /** Calls a method that works on tensors it is given, and returns its count. */
  public long run(String method, Object... arguments) {
    return invoke(method, arguments, IValue::toLong);
  }

  @Override
  public void close() {
    block.close();
  }

  private <T> T invoke(String method, Object[] arguments, Function<IValue, T> reading) {
    List<IValue> owned = new ArrayList<>();
    IValue[] values = new IValue[arguments.length];
    try {
      for (int i = 0; i < arguments.length; i++) {
        if (arguments[i] instanceof TensorList list) {
          values[i] = list.value();
        } else {
          values[i] = convert(arguments[i]);
          owned.add(values[i]);
        }
      }
      try (IValue result = IValueUtils.runMethod(block, method, values)) {
        return reading.apply(result);
      }
    } catch (EngineException e) {
      throw new io.r1reward.EngineException(method + ": " + cause(e.getMessage()), e);
    } finally {
      owned.forEach(IValue::close);
    }
  }

  private static IValue convert(Object argument) {
    if (argument instanceof PtNDArray array) {
      return IValue.from(array);
    } else if (argument instanceof NDArray[] arrays) {
      return IValue.listFrom(Arrays.copyOf(arrays, arrays.length, PtNDArray[].class));
    } else if (argument instanceof Integer number) {
      return IValue.from(number.longValue());
    } else if (argument instanceof Long number) {
      return IValue.from(number);
    } else if (argument instanceof Double number) {
      return IValue.from(number);
    } else if (argument instanceof Boolean flag) {
      return IValue.from(flag);
    } else if (argument instanceof String text) {
      return IValue.from(text);
    } else if (argument instanceof long[] numbers) {
      return IValue.listFrom(numbers);
    }
    throw new IllegalArgumentException("no TorchScript value for " + argument.getClass());
  }

  /** libtorch puts the cause last, behind the trace. */
  private static String cause(@Nullable String message) {
    List<String> lines =
        Splitter.on('\n').omitEmptyStrings().splitToList(message == null ? "" : message);
    return lines.size() <= 3
        ? String.valueOf(message)
        : lines.get(lines.size() - 1) + " (" + lines.get(0) + ")";
  }
}
