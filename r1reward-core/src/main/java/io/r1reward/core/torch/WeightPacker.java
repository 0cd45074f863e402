package io.r1reward.core.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.r1reward.EngineException;
import io.r1reward.core.machine.Processor;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Packs the weights of linear layers, and trusts no packed weight: products with unit vectors must
 * give columns of the plain weight, and the first weight of every shape is brought back and
 * compared whole. What does not hold stays plain, which the layers compute with, too, and is told
 * in one line of the log a shape. Not thread-safe.
 */
final class WeightPacker {
  private static final Logger log = LoggerFactory.getLogger(WeightPacker.class);

  /**
   * Larger weights are not brought back, which takes longer than packing: the head of a 152,000
   * token vocabulary alone would take a fifth of the time that opening takes.
   */
  private static final long MOST_BROUGHT_BACK = 1L << 25;

  /** Columns at either end that are compared: of the first weight of a shape, and of the others. */
  private static final int FIRST_COLUMNS = 4;

  private static final int COLUMNS = 1;

  private final PackingKernel kernel;
  private final Packing packing;
  private final NDManager manager;
  private final boolean checks;
  private final long mostBroughtBack;
  private final Map<Shape, Boolean> trusted = new HashMap<>();
  private int packed;
  private int plain;

  /** How a weight is packed; other than {@link PackingKernel#pack} in tests alone. */
  @FunctionalInterface
  interface Packing {
    NDArray pack(NDArray weight, NDManager owner);
  }

  /**
   * A packer.
   *
   * @param kernel compares, and stays open as long
   * @param manager owns what comes out
   * @param checks whether packed weights are compared
   */
  WeightPacker(PackingKernel kernel, Packing packing, NDManager manager, boolean checks) {
    this(kernel, packing, manager, checks, MOST_BROUGHT_BACK);
  }

  /** A packer that brings weights of up to so many numbers back. */
  WeightPacker(
      PackingKernel kernel,
      Packing packing,
      NDManager manager,
      boolean checks,
      long mostBroughtBack) {
    this.kernel = kernel;
    this.packing = packing;
    this.manager = manager;
    this.checks = checks;
    this.mostBroughtBack = mostBroughtBack;
  }

  /** Returns the weight packed, and closes the plain one; or the plain one. */
  NDArray pack(NDArray weight) {
    Shape shape = weight.getShape();
    if (trusted.getOrDefault(shape, true)) {
      NDArray result = tried(weight, shape);
      if (result != null) {
        weight.close();
        packed++;
        return result;
      }
      trusted.put(shape, false);
    }
    plain++;
    return weight;
  }

  private @Nullable NDArray tried(NDArray weight, Shape shape) {
    NDArray result;
    try {
      result = packing.pack(weight, manager);
    } catch (EngineException e) {
      log.warn(
          "weights of {} cannot be packed on this processor ({}) and stay plain, which is slower",
          describe(shape),
          Processor.current().instructionSet(),
          e);
      return null;
    }
    if (!checks || holds(result, weight, shape)) {
      return result;
    }
    result.close();
    log.warn(
        "packed weights of {} differ from the plain ones on this processor ({}); weights of this"
            + " shape stay plain, which is slower and right",
        describe(shape),
        Processor.current().instructionSet());
    return null;
  }

  private boolean holds(NDArray result, NDArray weight, Shape shape) {
    try {
      boolean first = !trusted.containsKey(shape);
      trusted.put(shape, true);
      return kernel.multiplies(result, weight, first ? FIRST_COLUMNS : COLUMNS)
          && (!first || shape.size() > mostBroughtBack || kernel.unpacks(result, weight));
    } catch (EngineException e) {
      log.debug("comparing packed weights of shape {} failed", shape, e);
      return false;
    }
  }

  private static String describe(Shape shape) {
    return shape.get(0) + " x " + shape.get(1);
  }

  /** Returns how many weights are packed. */
  int packed() {
    return packed;
  }

  /** Returns how many stayed plain. */
  int plain() {
    return plain;
  }
}
