package io.r1reward.train.model;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.r1reward.InvalidInputException;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * How a network is trained.
 *
 * @param device {@code auto}, {@code cpu} or {@code cuda:N}
 * @param bfloat16 whether the forward pass computes in bfloat16 (with float32 masters of what is
 *     trained)
 * @param trainVision whether the vision tower is trained (without adapters)
 * @param lora adapters to train instead of the weights; null trains the weights
 * @param checkpointLayers layers between kept inputs: 0 keeps everything, 1 only layer inputs
 * @param headRows most rows that are projected to the vocabulary at a time
 * @param threads intra-op threads, 0 for the library's choice
 * @param offloadOptimiser whether float32 masters, the optimiser's moments (12 bytes for every
 *     trained value) and, with bfloat16 or adapters, the float32 sums of gradients over
 *     micro-batches (4 bytes more) are kept in host memory, and stepped there
 */
public record NetworkSettings(
    String device,
    boolean bfloat16,
    boolean trainVision,
    @Nullable Lora lora,
    int checkpointLayers,
    int headRows,
    int threads,
    boolean offloadOptimiser)
    implements Serializable {

  /** Checks the ranges. */
  public NetworkSettings {
    if (checkpointLayers < 0) {
      throw new InvalidInputException(
          "checkpointLayers must be at least 0, got " + checkpointLayers);
    }
    if (headRows < 1) {
      throw new InvalidInputException("headRows must be at least 1, got " + headRows);
    }
  }

  /** Sets the device. */
  public NetworkSettings withDevice(String name) {
    return new NetworkSettings(
        name, bfloat16, trainVision, lora, checkpointLayers, headRows, threads, offloadOptimiser);
  }

  /** Sets the adapters; null trains the weights. */
  public NetworkSettings withLora(@Nullable Lora adapters) {
    return new NetworkSettings(
        device,
        bfloat16,
        trainVision,
        adapters,
        checkpointLayers,
        headRows,
        threads,
        offloadOptimiser);
  }

  /** Starts settings. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Collects settings. Not thread-safe. Defaults: device auto, float32, everything trained, no
   * adapters, no gradient checkpointing, 1,024 head rows, the library's number of threads, the
   * optimiser on the device.
   */
  public static final class Builder {
    private String device = "auto";
    private boolean bfloat16;
    private boolean trainVision = true;
    private @Nullable Lora lora;
    private int checkpointLayers;
    private int headRows = 1024;
    private int threads;
    private boolean offloadOptimiser;

    private Builder() {}

    /** {@code auto}, {@code cpu} or {@code cuda:N}. */
    @CanIgnoreReturnValue
    public Builder device(String name) {
      device = name;
      return this;
    }

    /** Computes in bfloat16. */
    @CanIgnoreReturnValue
    public Builder bfloat16(boolean wanted) {
      bfloat16 = wanted;
      return this;
    }

    /** Trains the vision tower, too. */
    @CanIgnoreReturnValue
    public Builder trainVision(boolean wanted) {
      trainVision = wanted;
      return this;
    }

    /** Trains adapters instead of the weights. */
    @CanIgnoreReturnValue
    public Builder lora(@Nullable Lora adapters) {
      lora = adapters;
      return this;
    }

    /** Keeps only every n-th layer's input and computes the others again; 0 keeps everything. */
    @CanIgnoreReturnValue
    public Builder checkpointLayers(int n) {
      checkpointLayers = n;
      return this;
    }

    /** Most rows that are projected to the vocabulary at a time. */
    @CanIgnoreReturnValue
    public Builder headRows(int rows) {
      headRows = rows;
      return this;
    }

    /** Intra-op threads on a CPU. */
    @CanIgnoreReturnValue
    public Builder threads(int count) {
      threads = count;
      return this;
    }

    /**
     * Keeps masters and moments in host memory, and steps there: 12 bytes less on the device for
     * every trained value (4 of them only where the forward pass is in bfloat16, which also moves
     * its 4 bytes of summed gradient), for a step that takes as long as the host needs.
     */
    @CanIgnoreReturnValue
    public Builder offloadOptimiser(boolean wanted) {
      offloadOptimiser = wanted;
      return this;
    }

    /** Returns the settings. */
    public NetworkSettings build() {
      return new NetworkSettings(
          device,
          bfloat16,
          trainVision,
          lora,
          checkpointLayers,
          headRows,
          threads,
          offloadOptimiser);
    }
  }
}
