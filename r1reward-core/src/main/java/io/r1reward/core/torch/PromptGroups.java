package io.r1reward.core.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.r1reward.core.torch.jni.TensorList;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which rows of a batch stand behind which prompt, as {@code decode} in {@code kernels.py} takes
 * it. Holds for as long as the rows are the same.
 */
final class PromptGroups implements AutoCloseable {
  private final TensorList caches;
  private final long[] rowsOf;
  private final NDArray order;

  private PromptGroups(TensorList caches, long[] rowsOf, NDArray order) {
    this.caches = caches;
    this.rowsOf = rowsOf;
    this.order = order;
  }

  /**
   * Groups rows by their prompts.
   *
   * @param rows at least one; several times where several of its tokens run
   * @param manager owns the arrays
   */
  static PromptGroups of(List<Row> rows, NDManager manager) {
    Map<PromptCache, List<Integer>> byPrompt = new LinkedHashMap<>();
    for (int i = 0; i < rows.size(); i++) {
      byPrompt.computeIfAbsent(rows.get(i).prompt(), prompt -> new ArrayList<>()).add(i);
    }
    long[] order = new long[2 * rows.size()];
    boolean sorted = true;
    int place = 0;
    for (List<Integer> group : byPrompt.values()) {
      for (int row : group) {
        sorted &= row == place;
        order[place] = row;
        order[rows.size() + row] = place;
        place++;
      }
    }
    List<NDArray> caches = new ArrayList<>();
    for (PromptCache prompt : byPrompt.keySet()) {
      prompt.layers().forEach(layer -> caches.add(layer.expandDims(0))); // [1, K, P, D]
    }
    TensorList list = TensorList.of(caches);
    caches.forEach(NDArray::close);
    return new PromptGroups(
        list,
        byPrompt.values().stream().mapToLong(List::size).toArray(),
        sorted
            ? manager.create(new long[1])
            : manager.create(
                LongBuffer.wrap(order), new Shape(2, rows.size()), DataType.INT64)); // [2, B]
  }

  /**
   * Rows whose own caches hold everything.
   *
   * @param model gives a tensor that nobody reads, as there are no lists of none
   */
  static PromptGroups none(TorchModel model, NDManager manager) {
    return new PromptGroups(
        TensorList.of(List.of(model.finalNorm())), new long[0], manager.create(new long[1]));
  }

  /** K and v of each layer of one prompt after the other. */
  TensorList caches() {
    return caches;
  }

  /** How many rows stand behind each prompt. */
  long[] rowsOf() {
    return rowsOf;
  }

  /**
   * The rows prompt by prompt, and the place of each row among them, {@code [2, B]}; {@code [1]}
   * where they stand so anyway.
   */
  NDArray order() {
    return order;
  }

  @Override
  public void close() {
    caches.close();
    order.close();
  }
}
