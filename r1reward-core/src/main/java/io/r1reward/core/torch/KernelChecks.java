package io.r1reward.core.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import io.r1reward.EngineException;
import io.r1reward.core.machine.KernelCheck;
import io.r1reward.core.torch.jni.TorchScript;
import java.time.Duration;
import java.util.Map;

/**
 * {@code checks.py}: holds the kernels that are fast on a CPU against plain arithmetic in double
 * precision. What rounding explains is derived: {@code n} roundings of relative size {@code u} add
 * up like a random walk, to {@code sqrt(n) u} (Higham and Mary, doi 10.1137/18M1226312), and the
 * largest of some thousand results lies within five times that. Not thread-safe.
 */
final class KernelChecks implements AutoCloseable {
  private static final double DEVIATIONS = 5;
  private static final double U = Precision.FLOAT32.roundoff();

  /** libtorch's attention takes exponentials that are right to 20 units in the last place. */
  private static final double EXPONENTIAL = 20 * 0x1p-23;

  private static final String PLAIN_ATTENTION =
      "attention is computed by plain products in its place, which is slower";

  private final TorchScript script;
  private final NDManager manager;

  KernelChecks(NDManager manager) {
    this.manager = manager;
    this.script = compile(manager);
  }

  static TorchScript compile(NDManager manager) {
    return TorchScript.compile(
        manager, "checks", "Checks", ScriptSource.read(KernelChecks.class, "checks.py", Map.of()));
  }

  /** A made-up weight, {@code [out, in]}. */
  NDArray weight(int out, int in, Precision precision, NDManager owner) {
    return script.one(owner, "weight", out, in, precision.scalarType());
  }

  /** Sizes of a model's attention. */
  record Heads(int queries, int keys, int size, int visionHeads, int visionSize) {}

  /** All that decoding and prefill rely on, on the sizes of a model. */
  ImmutableList<KernelCheck> attention(Heads heads, Precision precision) {
    int rows = 3;
    int group = (heads.queries / heads.keys + 7) / 8 * 8; // as attend_prompts fills them up
    int places = 70; // more than a block of the kernel, and not a multiple of one
    return ImmutableList.<KernelCheck>builder()
        .addAll(sharing(rows, heads.keys, group, places, heads.size, precision))
        .add(blocks(rows, heads.keys, group, places, heads.size, precision))
        .add(masked(heads.keys, 17, 0, heads.size, precision))
        .add(masked(heads.keys, 17, 30, heads.size, precision))
        .addAll(sharing(1, heads.visionHeads, 64, 64, heads.visionSize, precision))
        .build();
  }

  /** Attention and its log-sum-exp, over which the two parts of a row's attention are joined. */
  private ImmutableList<KernelCheck> sharing(
      int rows, int keys, int group, int places, int size, Precision precision) {
    String sizes = sizes(rows, keys, group, places, size);
    Timed timed =
        timed(
            scope ->
                script.one(
                    scope, "attention", rows, keys, group, places, size, precision.scalarType()));
    double sums = sums(size, places);
    return ImmutableList.of(
        check("attention", sizes, precision, timed, 0, sums + output(precision)),
        // a logarithm of up to places e: its size is below 8 for these numbers
        check("log-sum-exp of attention", sizes, precision, timed, 1, 8 * sums));
  }

  /** A row's attention must not depend on the rows beside it, to the last bit. */
  private KernelCheck blocks(
      int rows, int keys, int group, int places, int size, Precision precision) {
    Timed timed =
        timed(
            scope ->
                script.one(
                    scope, "blocks", rows, keys, group, places, size, precision.scalarType()));
    return check(
        "attention of rows that share a prompt, alone and together",
        sizes(rows, keys, group, places, size),
        precision,
        timed,
        0,
        0);
  }

  private KernelCheck masked(int keys, int tokens, int before, int size, Precision precision) {
    Timed timed =
        timed(
            scope ->
                script.one(scope, "masked", keys, tokens, before, size, precision.scalarType()));
    return check(
        before == 0 ? "causal attention" : "causal attention behind a cache",
        sizes(1, keys, tokens, before + tokens, size),
        precision,
        timed,
        0,
        sums(size, before + tokens) + output(precision));
  }

  /** The plain linear, to which nothing is an alternative. */
  KernelCheck linear(int rows, int out, int size, Precision precision) {
    Timed timed =
        timed(
            scope ->
                script.one(
                    scope,
                    "linear",
                    script.one(scope, "rows", rows, size, precision.scalarType()),
                    script.one(scope, "weight", out, size, precision.scalarType())));
    return new KernelCheck(
        "linear, " + precision.label(),
        rows + " x " + size + " by " + out,
        timed.values[0],
        product(size, precision),
        timed.time,
        false,
        "nothing can be done: this libtorch is wrong on this processor");
  }

  /** Packed weights, filled up as they are used or trusting oneDNN with what is not full. */
  KernelCheck packed(
      PackingKernel kernel, int rows, int out, int size, boolean filled, Precision precision) {
    Timed timed =
        timed(
            scope -> {
              NDArray weight = script.one(scope, "weight", out, size, precision.scalarType());
              NDArray x = script.one(scope, "rows", rows, size, precision.scalarType());
              NDArray packed =
                  kernel.script().one(scope, filled ? "pack" : "pack_unfilled", weight);
              NDArray y = kernel.script().one(scope, "product", x, packed, out); // [rows, out]
              NDArray worst =
                  script.one(scope, "largest", y, script.one(scope, "product", x, weight));
              return worst.reshape(1);
            });
    return new KernelCheck(
        (filled ? "packed linear, " : "packed linear with a last block that is not full, ")
            + precision.label(),
        rows + " x " + size + " by " + out,
        timed.values[0],
        product(size, precision),
        timed.time,
        true,
        filled
            ? "weights stay plain, which is slower"
            : "nothing uses it: weights are filled up to a multiple of 64 rows");
  }

  /** Scores, the sum of their exponentials, and what these weight: numbers below 1. */
  private static double sums(int size, int places) {
    return DEVIATIONS * Math.sqrt(size + 2.0 * places) * U + 2 * EXPONENTIAL;
  }

  /** A sum of products of numbers below 1, of which a third of the size is left on average. */
  private static double product(int size, Precision precision) {
    double magnitude = Math.sqrt(size) / 3 * DEVIATIONS;
    return DEVIATIONS * Math.sqrt(size) * U * magnitude / 2
        + (precision == Precision.BFLOAT16 ? precision.roundoff() * magnitude : 0);
  }

  /** In bfloat16 the weights of the values are rounded, and the result, which is below 1. */
  private static double output(Precision precision) {
    return precision == Precision.BFLOAT16 ? 2 * precision.roundoff() : 0;
  }

  private static String sizes(int rows, int keys, int queries, int places, int size) {
    return rows + " x " + keys + " heads of " + size + ", " + queries + " over " + places;
  }

  private static KernelCheck check(
      String kernel, String sizes, Precision precision, Timed timed, int at, double allowed) {
    return new KernelCheck(
        kernel + ", " + precision.label(),
        sizes,
        timed.values[at],
        allowed,
        timed.time,
        true,
        PLAIN_ATTENTION);
  }

  /** Values of a check, not a number where the kernel does not run, and its time. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Timed(double[] values, Duration time) {}

  private interface Trial {
    NDArray run(NDManager scope);
  }

  private Timed timed(Trial trial) {
    long begin = System.nanoTime();
    double[] values;
    try (NDManager scope = manager.newSubManager()) {
      values = trial.run(scope).toDoubleArray();
    } catch (EngineException e) {
      values = new double[] {Double.NaN, Double.NaN};
    }
    return new Timed(values, Duration.ofNanos(System.nanoTime() - begin));
  }

  @Override
  public void close() {
    script.close();
  }
}
