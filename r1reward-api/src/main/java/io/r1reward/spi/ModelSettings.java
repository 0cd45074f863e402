package io.r1reward.spi;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.r1reward.InvalidInputException;
import io.r1reward.MediaFetcher;
import io.r1reward.ModelListener;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What a provider is told about the model it is to open; see {@link
 * io.r1reward.RewardModel.Builder} for the meaning and defaults. Immutable.
 *
 * @param engine wanted engine, null for any
 * @param device {@code auto}, {@code cpu} or {@code cuda:N}
 * @param dtype {@code auto}, {@code float32} or {@code bfloat16}
 * @param maxPixels largest number of pixels of a picture; null where nothing is said, which is the
 *     checkpoint's own limit, but at most {@link #DEFAULT_MAX_PIXELS}
 * @param batchRows most completions decoded at a time
 * @param queueCapacity most requests that wait
 * @param threads threads inside one operator, 0 for the engine's choice
 * @param selfCheck whether fast kernels are held against plain arithmetic before they are used
 * @param prefixCacheBytes most bytes that are kept of prompts for others that begin alike, -1 for a
 *     share of the memory
 * @param lookahead whether guessed tokens may be computed beside those that are due
 * @param mediaFetcher opens foreign URIs, null for none
 * @param executor runs what completes scores and calls listeners, null for threads of the library
 * @param modelListener hears of every request, null for none
 * @param options settings of one engine or protocol, by name
 */
public record ModelSettings(
    @Nullable String engine,
    String device,
    String dtype,
    @Nullable Integer maxPixels,
    int batchRows,
    int queueCapacity,
    int threads,
    boolean selfCheck,
    long prefixCacheBytes,
    boolean lookahead,
    @Nullable MediaFetcher mediaFetcher,
    @Nullable Executor executor,
    @Nullable ModelListener modelListener,
    Map<String, String> options) {

  /**
   * Largest number of pixels of a picture where nothing is said and the checkpoint allows more: the
   * published example's.
   */
  public static final int DEFAULT_MAX_PIXELS = 1_003_520;

  /** Checks every number, and that nothing is null that may not be. */
  public ModelSettings {
    given(device, "device");
    given(dtype, "dtype");
    given(options, "options")
        .forEach(
            (name, value) -> {
              given(name, "name in options");
              given(value, "value of the option " + name + " in options");
            });
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    if (maxPixels != null) {
      atLeast("maxPixels", maxPixels, 784);
    }
    atLeast("batchRows", batchRows, 1);
    atLeast("queueCapacity", queueCapacity, 1);
    atLeast("threads", threads, 0);
    if (prefixCacheBytes < -1) {
      throw new InvalidInputException(
          "prefixCacheBytes must be at least 0, or -1 for a share of the memory, got "
              + prefixCacheBytes);
    }
  }

  /** Starts settings with all defaults. */
  public static Builder builder() {
    return new Builder();
  }

  static <T> T given(@Nullable T value, String name) {
    if (value == null) {
      throw new InvalidInputException(name + " must not be null");
    }
    return value;
  }

  private static void atLeast(String name, int value, int least) {
    if (value < least) {
      throw new InvalidInputException(name + " must be at least " + least + ", got " + value);
    }
  }

  /** Collects {@link ModelSettings}. Not thread-safe. */
  public static final class Builder {
    private @Nullable String engine;
    private String device = "auto";
    private String dtype = "auto";
    private @Nullable Integer maxPixels;
    private int batchRows = 16;
    private int queueCapacity = 1024;
    private int threads;
    private boolean selfCheck = true;
    private long prefixCacheBytes = -1;
    private boolean lookahead = true;
    private @Nullable MediaFetcher mediaFetcher;
    private @Nullable Executor executor;
    private @Nullable ModelListener modelListener;
    private final Map<String, String> options = new LinkedHashMap<>();

    private Builder() {}

    /** Wanted engine. */
    @CanIgnoreReturnValue
    public Builder engine(String value) {
      engine = given(value, "engine");
      return this;
    }

    /** Where to compute. */
    @CanIgnoreReturnValue
    public Builder device(String value) {
      device = given(value, "device");
      return this;
    }

    /** Number format of the weights. */
    @CanIgnoreReturnValue
    public Builder dtype(String value) {
      dtype = given(value, "dtype");
      return this;
    }

    /** Largest number of pixels of a picture. */
    @CanIgnoreReturnValue
    public Builder maxPixels(int value) {
      maxPixels = value;
      return this;
    }

    /** Most completions decoded at a time. */
    @CanIgnoreReturnValue
    public Builder batchRows(int value) {
      batchRows = value;
      return this;
    }

    /** Most requests that wait. */
    @CanIgnoreReturnValue
    public Builder queueCapacity(int value) {
      queueCapacity = value;
      return this;
    }

    /** Threads inside one operator. */
    @CanIgnoreReturnValue
    public Builder threads(int value) {
      threads = value;
      return this;
    }

    /** Whether fast kernels are checked before they are used. */
    @CanIgnoreReturnValue
    public Builder selfCheck(boolean value) {
      selfCheck = value;
      return this;
    }

    /** Most bytes that are kept of prompts; -1 for a share of the memory. */
    @CanIgnoreReturnValue
    public Builder prefixCache(long bytes) {
      prefixCacheBytes = bytes;
      return this;
    }

    /** Whether guessed tokens may be computed beside those that are due. */
    @CanIgnoreReturnValue
    public Builder lookahead(boolean on) {
      lookahead = on;
      return this;
    }

    /** Opens foreign URIs. */
    @CanIgnoreReturnValue
    public Builder mediaFetcher(MediaFetcher value) {
      mediaFetcher = given(value, "mediaFetcher");
      return this;
    }

    /** Runs what completes scores and calls listeners. */
    @CanIgnoreReturnValue
    public Builder executor(Executor value) {
      executor = given(value, "executor");
      return this;
    }

    /** Hears of every request. */
    @CanIgnoreReturnValue
    public Builder modelListener(ModelListener value) {
      modelListener = given(value, "modelListener");
      return this;
    }

    /** A setting of one engine or protocol. */
    @CanIgnoreReturnValue
    public Builder option(String name, String value) {
      options.put(given(name, "name"), given(value, "value"));
      return this;
    }

    /**
     * Returns the settings.
     *
     * @throws InvalidInputException if a number is out of range
     */
    public ModelSettings build() {
      return new ModelSettings(
          engine,
          device,
          dtype,
          maxPixels,
          batchRows,
          queueCapacity,
          threads,
          selfCheck,
          prefixCacheBytes,
          lookahead,
          mediaFetcher,
          executor,
          modelListener,
          options);
    }
  }
}
