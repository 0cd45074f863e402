package io.r1reward.core.checkpoint;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import com.google.common.primitives.ImmutableLongArray;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.r1reward.CheckpointException;
import io.r1reward.core.media.PreprocessorConfig;
import io.r1reward.core.model.ModelConfig;
import io.r1reward.core.model.ModelTensors;
import io.r1reward.core.safetensors.DType;
import io.r1reward.core.safetensors.TensorData;
import io.r1reward.core.safetensors.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes checkpoints of random weights, for benchmarks and tests: normally distributed with standard
 * deviation 0.02, biases included, norms 1, different in every layer, and the same for the same
 * seed on every machine. With a tokenizer the result can be judged with; what it says means
 * nothing.
 *
 * <pre>{@code
 * RandomCheckpoint.of(ModelShape.of("7b").config()).tokenizerOf(other).seed(1).write(folder);
 * }</pre>
 *
 * <p>Not thread-safe.
 */
public final class RandomCheckpoint {
  private static final double STANDARD_DEVIATION = 0.02;

  private ModelConfig config;
  private long seed;
  private long shardBytes = CheckpointWriter.DEFAULT_SHARD_BYTES;
  private int threads = Runtime.getRuntime().availableProcessors();
  private @Nullable Path tokenizer;
  private LongConsumer progress = bytes -> {};

  private RandomCheckpoint(ModelConfig config) {
    this.config = config;
  }

  /** Starts a checkpoint; its weights get the configuration's number format. */
  public static RandomCheckpoint of(ModelConfig config) {
    return new RandomCheckpoint(config);
  }

  /** Sets the number format of the weights. */
  @CanIgnoreReturnValue
  public RandomCheckpoint dtype(DType value) {
    config = config.withDtype(value);
    return this;
  }

  /** Sets the seed; default 0. */
  @CanIgnoreReturnValue
  public RandomCheckpoint seed(long value) {
    seed = value;
    return this;
  }

  /** Sets the most bytes of tensors in one file; default 5 GB. */
  @CanIgnoreReturnValue
  public RandomCheckpoint shardBytes(long value) {
    shardBytes = value;
    return this;
  }

  /** Sets the number of threads; default one per processor. */
  @CanIgnoreReturnValue
  public RandomCheckpoint threads(int value) {
    threads = value;
    return this;
  }

  /** Sets who hears how many more bytes were made; called from the threads that make them. */
  @CanIgnoreReturnValue
  public RandomCheckpoint progress(LongConsumer listener) {
    progress = listener;
    return this;
  }

  /**
   * Copies tokenizer and chat template of another checkpoint, and takes over the numbers of its
   * special tokens, which have to lie below the vocabulary's size here.
   */
  @CanIgnoreReturnValue
  public RandomCheckpoint tokenizerOf(Path checkpoint) {
    config = config.withTokensOf(ModelConfig.read(checkpoint.resolve("config.json")));
    tokenizer = checkpoint;
    return this;
  }

  /**
   * Writes the folder, which must not exist or be empty.
   *
   * @throws CheckpointException if it cannot be written
   */
  public void write(Path folder) {
    CheckpointWriter writer =
        CheckpointWriter.to(folder)
            .shardBytes(shardBytes)
            .threads(threads)
            .durable(false)
            .json("config.json", ConfigJson.of(config))
            .json("preprocessor_config.json", ConfigJson.of(preprocessor()));
    if (tokenizer != null) {
      writer.companionsOf(tokenizer);
    }
    if (tokenizer == null || !Files.exists(tokenizer.resolve("generation_config.json"))) {
      writer.json("generation_config.json", ConfigJson.of(generation()));
    }
    writer.write(tensors());
  }

  /** Returns the weights, which are made when they are read. */
  public List<TensorData> tensors() {
    RandomTensor.Palette weights =
        RandomTensor.Palette.normal(config.dtype(), STANDARD_DEVIATION, seed);
    RandomTensor.Palette ones = RandomTensor.Palette.constant(config.dtype(), 1);
    ImmutableList.Builder<TensorData> tensors = ImmutableList.builder();
    ModelTensors.shapes(config)
        .forEach(
            (name, shape) ->
                tensors.add(
                    new Watched(
                        new RandomTensor(
                            new TensorInfo(name, config.dtype(), shape),
                            isNorm(name, shape) ? ones : weights,
                            seed),
                        progress)));
    return tensors.build();
  }

  /** A tensor whose reader is heard of. */
  private record Watched(TensorData tensor, LongConsumer progress) implements TensorData {
    @Override
    public TensorInfo info() {
      return tensor.info();
    }

    @Override
    public void read(long offset, ByteBuffer destination) throws IOException {
      int bytes = destination.remaining();
      tensor.read(offset, destination);
      progress.accept(bytes);
    }
  }

  private static boolean isNorm(String name, ImmutableLongArray shape) {
    return shape.length() == 1 && name.endsWith(".weight");
  }

  /** What the published models say: greedy in effect, with a small repetition penalty. */
  private GenerationConfig generation() {
    return new GenerationConfig(
        true, 1e-6, 50, 1, 0, 1.05, config.eosTokenIds().asList(), padding(config.eosTokenIds()));
  }

  private static @Nullable Integer padding(ImmutableIntArray eosTokenIds) {
    return eosTokenIds.isEmpty() ? null : eosTokenIds.get(eosTokenIds.length() - 1);
  }

  /** What is published, with the model's patches. */
  private PreprocessorConfig preprocessor() {
    PreprocessorConfig published = config.family().publishedPictures();
    return new PreprocessorConfig(
        published.minPixels(),
        published.maxPixels(),
        config.vision().patchSize(),
        config.vision().temporalPatchSize(),
        config.vision().spatialMergeSize(),
        published.imageMean(),
        published.imageStd());
  }
}
