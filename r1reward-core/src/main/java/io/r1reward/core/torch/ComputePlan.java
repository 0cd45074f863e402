package io.r1reward.core.torch;

import io.r1reward.InvalidInputException;
import io.r1reward.core.safetensors.DType;

/**
 * In which number format a model computes and how its weights are kept. What {@code auto} chooses
 * never fails where something slower works:
 *
 * <table>
 * <caption>{@code auto} on a CPU, for weights that are stored in bfloat16</caption>
 * <tr><th>processor</th><th>memory</th><th>number format</th><th>layout</th></tr>
 * <tr><td>multiplies bfloat16, packs it</td><td>holds a copy of the weights</td><td>bfloat16</td><td>packed</td></tr>
 * <tr><td>multiplies bfloat16</td><td>less, or it does not pack</td><td>bfloat16</td><td>mapped</td></tr>
 * <tr><td>does not multiply bfloat16, packs float32</td><td>holds a copy in float32</td><td>float32</td><td>packed</td></tr>
 * <tr><td>does not multiply bfloat16, packs nothing</td><td>holds a copy in float32</td><td>float32</td><td>fused</td></tr>
 * <tr><td>does not multiply bfloat16, packs it</td><td>less, but a copy in bfloat16</td><td>bfloat16</td><td>packed</td></tr>
 * <tr><td>does not multiply bfloat16</td><td>less</td><td>bfloat16</td><td>mapped</td></tr>
 * </table>
 *
 * <p>The memory holds a copy where that and an eighth for what is computed leave another eighth of
 * the memory to everybody else. The file that is copied counts for nothing: its pages are read
 * once, layer by layer, and the system takes them back when memory is wanted.
 *
 * <p>Weights stored in float32 stay in it: packed where the processor packs it and the memory holds
 * a copy, else mapped. Weights stored in float16 become float32 where the memory holds that, else
 * bfloat16, which rounds them. A GPU computes in what is stored, float16 aside, which becomes
 * float32, and keeps fused weights. A processor that is known to multiply bfloat16 is one with
 * {@code avx512_bf16} or ARM's {@code bf16}; without it bfloat16 decodes a single row about as fast
 * as packed float32 does, but eight rows 4 times and prefill 10 times as slowly (on AVX2).
 *
 * @param precision the number format
 * @param layout how weights are kept
 */
record ComputePlan(Precision precision, Layout layout) {

  /** What the machine can do. */
  interface Machine {
    boolean gpu();

    /** Whether products of bfloat16 numbers have instructions of their own. */
    boolean multipliesBfloat16();

    /** Whether weights of a format can be packed; may try it. */
    boolean packs(Precision precision);

    /** Bytes of memory. */
    long memory();
  }

  /**
   * Resolves the settings of a model.
   *
   * @param dtype {@code auto}, {@code float32} or {@code bfloat16}
   * @param weights {@code auto}, {@code mapped}, {@code fused} or {@code packed}; {@code packed} is
   *     fused where the machine cannot pack
   * @param stored what the weights are stored in
   * @param parameters number of weights
   */
  static ComputePlan of(
      String dtype, String weights, DType stored, long parameters, Machine machine) {
    Precision precision = precision(dtype, stored, parameters, machine);
    return new ComputePlan(precision, layout(weights, precision, stored, parameters, machine));
  }

  private static Precision precision(String dtype, DType stored, long parameters, Machine machine) {
    return switch (dtype) {
      case "float32" -> Precision.FLOAT32;
      case "bfloat16" -> Precision.BFLOAT16;
      case "auto" -> automatic(stored, parameters, machine);
      default ->
          throw new InvalidInputException(
              "unknown dtype " + dtype + ", expected auto, float32 or bfloat16");
    };
  }

  private static Precision automatic(DType stored, long parameters, Machine machine) {
    if (machine.gpu()) {
      return stored == DType.BF16 ? Precision.BFLOAT16 : Precision.FLOAT32;
    }
    if (stored == DType.F32) {
      return Precision.FLOAT32;
    }
    boolean fast = stored == DType.BF16 && machine.multipliesBfloat16();
    return !fast && fits(Precision.FLOAT32, parameters, machine)
        ? Precision.FLOAT32
        : Precision.BFLOAT16;
  }

  private static Layout layout(
      String weights, Precision precision, DType stored, long parameters, Machine machine) {
    return switch (weights) {
      case "mapped" -> Layout.MAPPED;
      case "fused" -> Layout.FUSED;
      case "packed" -> machine.packs(precision) ? Layout.PACKED : Layout.FUSED;
      case "auto" -> {
        if (machine.gpu()) {
          yield Layout.FUSED;
        }
        if (fits(precision, parameters, machine) && machine.packs(precision)) {
          yield Layout.PACKED;
        }
        // weights that are converted are copies anyway
        yield stored == precision.dtype() ? Layout.MAPPED : Layout.FUSED;
      }
      default ->
          throw new InvalidInputException(
              "unknown weights setting " + weights + ", expected auto, mapped, fused or packed");
    };
  }

  /** Whether the memory holds a copy of the weights, and what is computed with them. */
  private static boolean fits(Precision precision, long parameters, Machine machine) {
    long copy = precision.dtype().bytes() * parameters;
    return copy + copy / 8 <= machine.memory() - machine.memory() / 8;
  }
}
