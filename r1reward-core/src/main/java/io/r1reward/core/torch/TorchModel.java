package io.r1reward.core.torch;

import static java.util.Objects.requireNonNull;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.r1reward.ModelInfo;
import io.r1reward.core.checkpoint.Checkpoint;
import io.r1reward.core.checkpoint.DType;
import io.r1reward.core.checkpoint.ModelConfig;
import io.r1reward.core.checkpoint.ModelTensors;
import io.r1reward.core.model.RopeIndex;
import io.r1reward.core.torch.jni.TensorList;
import io.r1reward.core.torch.jni.Torch;
import io.r1reward.core.torch.jni.TorchScript;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The weights of a model on their device, and the script that computes with them. Not thread-safe.
 *
 * <p>On a CPU the tensors of a checkpoint share its mapped memory, so it stays open as long as the
 * model.
 */
final class TorchModel implements AutoCloseable {
  private static final List<String> VISION_BLOCK =
      List.of(
          "norm1.weight",
          "attn.qkv.weight",
          "attn.qkv.bias",
          "attn.proj.weight",
          "attn.proj.bias",
          "norm2.weight",
          "mlp.gate_proj.weight",
          "mlp.gate_proj.bias",
          "mlp.up_proj.weight",
          "mlp.up_proj.bias",
          "mlp.down_proj.weight",
          "mlp.down_proj.bias");
  private static final List<String> MERGER =
      List.of("ln_q.weight", "mlp.0.weight", "mlp.0.bias", "mlp.2.weight", "mlp.2.bias");

  /** Tensors of one decoder layer, and of one vision block, in {@code qwen2_5_vl.py}. */
  static final int PER_LAYER = VISION_BLOCK.size();

  private final ModelConfig config;
  private final @Nullable Checkpoint checkpoint;
  private final NDManager manager;
  private final TorchScript script;
  private final Device device;
  private final Precision precision;
  private final NDArray patchEmbedding;
  private final NDArray embedding;
  private final NDArray finalNorm;
  private final NDArray head;
  private final TensorList layers;
  private final TensorList vision;
  private final TensorList top;
  private final NDArray textFrequencies;
  private final NDArray visionFrequencies;

  /** Takes the weights of a checkpoint, which it closes with itself, or of a source. */
  private TorchModel(
      ModelConfig config,
      NDManager manager,
      Precision precision,
      Layout layout,
      @Nullable Checkpoint checkpoint,
      @Nullable WeightSource source) {
    this.config = config;
    this.checkpoint = checkpoint;
    this.manager = manager;
    this.precision = precision;
    this.device = manager.getDevice();
    this.script = layout.compile(manager);
    Function<String, NDArray> loader =
        source != null
            ? name -> source.load(name, manager)
            : new WeightLoader(requireNonNull(checkpoint), manager, script, precision)::load;
    LinearWeights linear = new LinearWeights(loader, script, manager, layout);

    NDArray patches = loader.apply("visual.patch_embed.proj.weight"); // [C, 3, 2, 14, 14]
    patchEmbedding = patches.reshape(patches.getShape().get(0), -1); // [C, 1176]
    embedding = loader.apply(ModelTensors.EMBEDDING); // [V, C]
    finalNorm = loader.apply("model.norm.weight"); // [C]
    head =
        config.tieWordEmbeddings() && layout != Layout.PACKED
            ? embedding
            : linear.weight(
                config.tieWordEmbeddings()
                    ? ModelTensors.EMBEDDING
                    : ModelTensors.LM_HEAD); // [V, C]

    List<NDArray> decoder = new ArrayList<>();
    for (int i = 0; i < config.text().layers(); i++) {
      decoder.addAll(linear.layer("model.layers." + i + "."));
    }
    List<NDArray> tower = new ArrayList<>();
    for (int i = 0; i < config.vision().depth(); i++) {
      tower.addAll(linear.all("visual.blocks." + i + ".", VISION_BLOCK));
    }
    tower.addAll(linear.all("visual.merger.", MERGER));
    layers = TensorList.of(decoder);
    vision = TensorList.of(tower);
    top = TensorList.of(List.of(embedding, finalNorm, head));

    textFrequencies = frequencies(config.text().ropeTheta(), config.text().headDim());
    visionFrequencies = frequencies(10_000, config.vision().headDim() / 2);
  }

  /**
   * Loads a checkpoint folder.
   *
   * @param device {@code auto}, {@code cpu} or {@code cuda:N}
   * @param dtype {@code auto}, {@code float32} or {@code bfloat16}
   * @param weights see {@link Layout#of}
   */
  @SuppressWarnings("MustBeClosedChecker") // closed below, or with the model
  static TorchModel load(Path folder, String device, String dtype, String weights) {
    Checkpoint checkpoint = Checkpoint.open(folder);
    NDManager manager = null;
    try {
      manager = Torch.newManager(device);
      DType own = checkpoint.require(ModelTensors.EMBEDDING).dtype();
      Precision precision = Precision.of(dtype, own, manager.getDevice().isGpu());
      Layout layout = Layout.of(weights, checkpoint.bytes(), manager);
      return new TorchModel(checkpoint.config(), manager, precision, layout, checkpoint, null);
    } catch (RuntimeException | Error e) {
      if (manager != null) {
        manager.close();
      }
      checkpoint.close();
      throw e;
    }
  }

  /** Takes weights that are in libtorch already; arguments as of {@link #load}. */
  static TorchModel of(WeightSource source, String device, String weights) {
    NDManager manager = Torch.newManager(device);
    try {
      Precision precision = source.bfloat16() ? Precision.BFLOAT16 : Precision.FLOAT32;
      long bytes = precision.dtype().bytes() * ModelTensors.parameters(source.config());
      Layout layout = Layout.of(weights, bytes, manager);
      return new TorchModel(source.config(), manager, precision, layout, null, source);
    } catch (RuntimeException | Error e) {
      manager.close();
      throw e;
    }
  }

  private NDArray frequencies(double theta, int size) {
    return script.one(manager, "inverse_frequencies", theta, size, WeightLoader.name(device));
  }

  ModelConfig config() {
    return config;
  }

  NDManager manager() {
    return manager;
  }

  TorchScript script() {
    return script;
  }

  Device device() {
    return device;
  }

  /** 12 tensors per decoder layer. */
  TensorList layers() {
    return layers;
  }

  /** 12 tensors per vision block, then the merger's 5. */
  TensorList vision() {
    return vision;
  }

  /** Embedding, final norm and head. */
  TensorList top() {
    return top;
  }

  NDArray patchEmbedding() {
    return patchEmbedding;
  }

  NDArray embedding() {
    return embedding;
  }

  NDArray finalNorm() {
    return finalNorm;
  }

  NDArray head() {
    return head;
  }

  NDArray textFrequencies() {
    return textFrequencies;
  }

  NDArray visionFrequencies() {
    return visionFrequencies;
  }

  RopeIndex.Settings ropeSettings() {
    return new RopeIndex.Settings(
        config.imageTokenId(),
        config.videoTokenId(),
        config.vision().spatialMergeSize(),
        config.vision().tokensPerSecond());
  }

  ModelInfo info() {
    return new ModelInfo(
        "pytorch",
        WeightLoader.name(device),
        precision.label(),
        ModelTensors.parameters(config),
        config.text().maxPositions(),
        config.text().vocabularySize());
  }

  @Override
  public void close() {
    layers.close();
    vision.close();
    top.close();
    script.close();
    manager.close();
    if (checkpoint != null) {
      checkpoint.close();
    }
  }
}
