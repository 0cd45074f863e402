package io.r1reward.core.checkpoint;

import com.google.common.collect.ImmutableList;
import io.r1reward.CheckpointException;
import io.r1reward.core.json.CheckpointFiles;
import io.r1reward.core.media.PreprocessorConfig;
import io.r1reward.core.model.ModelConfig;
import io.r1reward.core.model.ModelTensors;
import io.r1reward.core.model.VisionConfig;
import io.r1reward.core.safetensors.MappedTensor;
import io.r1reward.core.safetensors.SafetensorsFile;
import io.r1reward.core.safetensors.ShardedTensors;
import io.r1reward.core.safetensors.TensorSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An open checkpoint folder: {@code config.json}, {@code generation_config.json} and {@code
 * preprocessor_config.json} where they exist, and the weights of {@code model.safetensors} or of
 * the shards that {@code model.safetensors.index.json} lists. All names, shapes and formats are
 * checked; no weight is read. Tensors go by their classic names (see {@link
 * ModelTensors#classicName}), whichever the files use.
 *
 * <p>Thread-safe. What {@link SafetensorsFile} says about closing holds here, too.
 */
public final class Checkpoint implements TensorSource, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Checkpoint.class);

  private final Path folder;
  private final ModelConfig config;
  private final GenerationConfig generation;
  private final PreprocessorConfig preprocessor;
  private final ShardedTensors weights;

  private Checkpoint(Path folder, ModelConfig config, ShardedTensors weights) {
    this.folder = folder;
    this.config = config;
    this.weights = weights;
    this.generation = GenerationConfig.read(folder.resolve(CheckpointFiles.GENERATION), config);
    this.preprocessor = PreprocessorConfig.forCheckpoint(folder);
    checkPatches(folder, config.vision(), preprocessor);
    ModelTensors.check(config, this);
    if (Files.exists(folder.resolve("adapter_config.json"))) {
      LOG.warn(
          "{} has an adapter (adapter_config.json) beside its weights, which is not applied; merge"
              + " the two to judge with it",
          folder);
    }
  }

  /**
   * Opens a folder.
   *
   * @throws CheckpointException if a file is missing, cannot be read or breaks a rule of its
   *     format, if the model is of another type, or if a tensor is missing or misshapen
   */
  public static Checkpoint open(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new CheckpointException(folder + ": there is no such checkpoint folder");
    }
    ModelConfig config = ModelConfig.read(folder.resolve(CheckpointFiles.CONFIG));
    ShardedTensors weights = ShardedTensors.open(folder, ModelTensors::classicName);
    try {
      return new Checkpoint(folder, config, weights);
    } catch (RuntimeException e) {
      weights.close();
      throw e;
    }
  }

  /** Returns the folder. */
  public Path folder() {
    return folder;
  }

  /** Returns what {@code config.json} says. */
  public ModelConfig config() {
    return config;
  }

  /** Returns what {@code generation_config.json} says, or its defaults. */
  public GenerationConfig generation() {
    return generation;
  }

  /** Returns what {@code preprocessor_config.json} says, or its defaults. */
  public PreprocessorConfig preprocessor() {
    return preprocessor;
  }

  /** Returns all tensors by classic name, those that no model needs included; unmodifiable. */
  @Override
  public Map<String, MappedTensor> tensors() {
    return weights.tensors();
  }

  @Override
  public String description() {
    return folder.toString();
  }

  /** Returns the weight of the head: the embedding where the two are tied. */
  public MappedTensor head() {
    return require(config.tieWordEmbeddings() ? ModelTensors.EMBEDDING : ModelTensors.LM_HEAD);
  }

  /** Returns the number of weights of the model, tied ones once. */
  public long parameters() {
    return ModelTensors.parameters(config);
  }

  /** Returns the bytes of all tensors. */
  public long bytes() {
    return tensors().values().stream().mapToLong(tensor -> tensor.info().bytes()).sum();
  }

  @Override
  public void close() {
    weights.close();
  }

  /**
   * Checks that pictures are cut into the patches that a model reads.
   *
   * @throws CheckpointException if they are not
   */
  public static void checkPatches(
      Path folder, VisionConfig vision, PreprocessorConfig preprocessor) {
    ImmutableList<Integer> wanted =
        ImmutableList.of(vision.patchSize(), vision.temporalPatchSize(), vision.spatialMergeSize());
    ImmutableList<Integer> got =
        ImmutableList.of(
            preprocessor.patchSize(), preprocessor.temporalPatchSize(), preprocessor.mergeSize());
    if (!got.equals(wanted)) {
      throw new CheckpointException(
          String.format(
              "%s: the image settings have patch_size, temporal_patch_size and merge_size %s,"
                  + " config.json has %s",
              folder, got, wanted));
    }
  }
}
