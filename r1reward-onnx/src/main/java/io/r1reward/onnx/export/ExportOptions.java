package io.r1reward.onnx.export;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.r1reward.InvalidInputException;
import io.r1reward.onnx.graph.ElementType;
import io.r1reward.onnx.quantise.BlockRounding;
import io.r1reward.onnx.quantise.Calibration;
import io.r1reward.onnx.quantise.Quantiser;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an export looks like. Immutable.
 *
 * @param weights format of the decoder's matrices
 * @param head format of the head
 * @param vision format of the vision tower's matrices
 * @param activations format the graphs compute in: float32 for CPUs, 16-bit floats for GPUs
 * @param keep checkpoint names of matrices that stay in the activations' format, whatever the rest;
 *     unmodifiable
 * @param blockSize weights of the decoder's matrices that share a scale, where these are quantised;
 *     a head or vision tower in another format has that format's default
 * @param accuracyLevel how quantised matrices are multiplied on a CPU: 0 in float32, 4 with
 *     activations rounded to 8 bits block by block, which is faster and less exact
 * @param rounding how the scale of a block is found
 * @param calibration typical inputs, with which rounding errors are made up for within rows (see
 *     {@link io.r1reward.onnx.quantise.ErrorFeedback}); null rounds every weight by itself
 * @param slowKernels whether 8-bit weights at accuracy level 0 are allowed, for which ONNX Runtime
 *     has no fast kernel (a hundred times slower)
 * @param link whether float32 matrices of a float32 checkpoint are used in place, through hard
 *     links to its files, instead of copied
 * @param overwrite whether an export that is already there is replaced
 */
public record ExportOptions(
    Precision weights,
    Precision head,
    Precision vision,
    ElementType activations,
    List<Pattern> keep,
    int blockSize,
    int accuracyLevel,
    BlockRounding rounding,
    @Nullable Calibration calibration,
    boolean slowKernels,
    boolean link,
    boolean overwrite) {

  /** Checks the options against each other. */
  public ExportOptions {
    keep = List.copyOf(keep);
    if (accuracyLevel < 0 || accuracyLevel > 4) {
      throw new InvalidInputException("accuracy level must be from 0 to 4, got " + accuracyLevel);
    }
    boolean int8 = weights == Precision.INT8 || head == Precision.INT8 || vision == Precision.INT8;
    if (int8 && accuracyLevel != 4 && activations == ElementType.FLOAT32 && !slowKernels) {
      throw new InvalidInputException(
          "8-bit weights need accuracy level 4, got "
              + accuracyLevel
              + ": ONNX Runtime has no fast kernel for other levels (allow slow kernels to export"
              + " anyway, or choose another format for weights, head and vision)");
    }
    for (Precision each : new Precision[] {weights, head, vision}) {
      if (!each.isQuantised() && each.activations() != activations) {
        throw new InvalidInputException(
            "weights in " + each + " do not go with activations in " + activations);
      }
    }
    new Quantiser(4, blockSize, rounding); // checks the block size
  }

  /**
   * Starts options for a format of the decoder's matrices, with these defaults:
   *
   * <ul>
   *   <li>head and vision tower in the same format; for {@link Precision#INT4} in {@link
   *       Precision#INT8}, or with another accuracy level than 4 in floats
   *   <li>block size 64 for 8 bits, 32 for 4 bits: the largest with which ONNX Runtime 1.29
   *       computes a row the same to the last bit whatever rows are beside it. Larger blocks take
   *       less memory and, with 4 bits, less time; the same request may then draw other tokens in
   *       another batch
   *   <li>accuracy level 4
   *   <li>rounding {@link BlockRounding#LEAST_SQUARES}
   *   <li>nothing kept, no slow kernels, linked, no overwriting
   * </ul>
   */
  public static Builder builder(Precision weights) {
    return new Builder(weights);
  }

  /** Returns the format of one matrix of the decoder or the vision tower. */
  Precision precisionOf(String tensor) {
    if (keep.stream().anyMatch(pattern -> pattern.matcher(tensor).matches())) {
      return floatPrecision();
    }
    return tensor.startsWith("visual.") ? vision : weights;
  }

  /** Returns how many weights of a quantised matrix share a scale. */
  int blockSizeOf(Precision precision) {
    return precision == weights ? blockSize : defaultBlockSize(precision);
  }

  private static int defaultBlockSize(Precision precision) {
    return precision == Precision.INT4 ? 32 : 64;
  }

  /** Returns the format of vectors and kept matrices. */
  Precision floatPrecision() {
    return floatPrecision(activations);
  }

  private static Precision floatPrecision(ElementType activations) {
    return switch (activations) {
      case FLOAT16 -> Precision.FLOAT16;
      case BFLOAT16 -> Precision.BFLOAT16;
      default -> Precision.FLOAT32;
    };
  }

  /** Collects {@link ExportOptions}. Not thread-safe. */
  public static final class Builder {
    private final Precision weights;
    private @Nullable Precision head;
    private @Nullable Precision vision;
    private ElementType activations;
    private final ImmutableList.Builder<Pattern> keep = ImmutableList.builder();
    private int blockSize;
    private int accuracyLevel = 4;
    private BlockRounding rounding = BlockRounding.LEAST_SQUARES;
    private @Nullable Calibration calibration;
    private boolean slowKernels;
    private boolean link = true;
    private boolean overwrite;

    private Builder(Precision weights) {
      this.weights = requireNonNull(weights, "weights");
      activations = weights.activations();
      blockSize = defaultBlockSize(weights);
    }

    /** Format of the head. */
    @CanIgnoreReturnValue
    public Builder head(Precision value) {
      head = requireNonNull(value, "head");
      return this;
    }

    /** Format of the vision tower's matrices. */
    @CanIgnoreReturnValue
    public Builder vision(Precision value) {
      vision = requireNonNull(value, "vision");
      return this;
    }

    /** Format the graphs compute in. */
    @CanIgnoreReturnValue
    public Builder activations(ElementType value) {
      activations = requireNonNull(value, "activations");
      return this;
    }

    /**
     * Matrices that stay in the activations' format.
     *
     * @param pattern regular expression that the whole checkpoint name has to match, such as {@code
     *     model\.layers\.0\..*}
     */
    @CanIgnoreReturnValue
    public Builder keep(String pattern) {
      keep.add(Pattern.compile(pattern));
      return this;
    }

    /** Quantised weights that share a scale: 16, 32, 64, 128 or 256. */
    @CanIgnoreReturnValue
    public Builder blockSize(int value) {
      blockSize = value;
      return this;
    }

    /** How quantised matrices are multiplied on a CPU, from 0 (exact) to 4 (fast). */
    @CanIgnoreReturnValue
    public Builder accuracyLevel(int value) {
      accuracyLevel = value;
      return this;
    }

    /** How the scale of a block is found. */
    @CanIgnoreReturnValue
    public Builder rounding(BlockRounding value) {
      rounding = requireNonNull(value, "rounding");
      return this;
    }

    /** Typical inputs, with which rounding errors are made up for; none by default. */
    @CanIgnoreReturnValue
    public Builder calibration(Calibration value) {
      calibration = requireNonNull(value, "calibration");
      return this;
    }

    /** Whether 8-bit weights at another accuracy level than 4 are allowed. */
    @CanIgnoreReturnValue
    public Builder slowKernels(boolean value) {
      slowKernels = value;
      return this;
    }

    /** Whether a float32 checkpoint's own files are used in place. */
    @CanIgnoreReturnValue
    public Builder link(boolean value) {
      link = value;
      return this;
    }

    /** Whether an export that is already there is replaced. */
    @CanIgnoreReturnValue
    public Builder overwrite(boolean value) {
      overwrite = value;
      return this;
    }

    /**
     * Returns the options.
     *
     * @throws InvalidInputException if a value is out of range or they contradict each other
     */
    public ExportOptions build() {
      Precision higher = weights;
      if (weights == Precision.INT4) {
        higher = accuracyLevel == 4 ? Precision.INT8 : floatPrecision(activations);
      }
      return new ExportOptions(
          weights,
          head == null ? higher : head,
          vision == null ? higher : vision,
          activations,
          keep.build(),
          blockSize,
          accuracyLevel,
          rounding,
          calibration,
          slowKernels,
          link,
          overwrite);
    }
  }
}
