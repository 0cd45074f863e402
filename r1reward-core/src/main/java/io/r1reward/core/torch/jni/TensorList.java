package io.r1reward.core.torch.jni;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import java.util.List;

/**
 * Tensors that are handed to a script again and again (weights, caches) as one {@code
 * List[Tensor]}, made once. The list holds its own references: the arrays may be closed, but memory
 * that they only borrow must live as long. Not thread-safe.
 */
public final class TensorList implements AutoCloseable {
  private final IValue value;
  private final int size;

  private TensorList(IValue value, int size) {
    this.value = value;
    this.size = size;
  }

  /** Makes a list of one or more arrays. */
  public static TensorList of(List<? extends NDArray> arrays) {
    PtNDArray[] tensors = arrays.stream().map(PtNDArray.class::cast).toArray(PtNDArray[]::new);
    return new TensorList(IValue.listFrom(tensors), tensors.length);
  }

  /** Returns the number of tensors. */
  public int size() {
    return size;
  }

  IValue value() {
    return value;
  }

  /** Gives up the references. */
  @Override
  public void close() {
    value.close();
  }
}
