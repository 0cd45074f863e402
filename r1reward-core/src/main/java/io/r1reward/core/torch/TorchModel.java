package io.r1reward.core.torch;

import static java.util.Objects.requireNonNull;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.r1reward.ModelInfo;
import io.r1reward.core.checkpoint.Checkpoint;
import io.r1reward.core.machine.KernelCheck;
import io.r1reward.core.machine.Processor;
import io.r1reward.core.model.ModelConfig;
import io.r1reward.core.model.ModelTensors;
import io.r1reward.core.model.RopeIndex;
import io.r1reward.core.model.RotaryFrequencies;
import io.r1reward.core.torch.jni.TensorList;
import io.r1reward.core.torch.jni.Torch;
import io.r1reward.core.torch.jni.TorchScript;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The weights of a model on their device, and the script that computes with them. Not thread-safe.
 *
 * <p>On a CPU the tensors of a checkpoint share its mapped memory, so it stays open as long as the
 * model.
 */
final class TorchModel implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TorchModel.class);

  /** Tensors of one decoder layer in {@code kernels.py}. */
  static final int PER_LAYER = 12;

  private final ModelConfig config;
  private final @Nullable Checkpoint checkpoint;
  private final NDManager manager;
  private final TorchScript script;
  private final Device device;
  private final Precision precision;
  private final Attention attention;
  private final String layout;
  private final NDArray embedding;
  private final NDArray finalNorm;
  private final NDArray head;
  private final TensorList layers;
  private final TowerWeights vision;
  private final TensorList top;
  private final NDArray textFrequencies;
  private final NDArray rotaryAxes;
  private final NDArray visionFrequencies;
  private @Nullable Boolean rowsApart;

  /** Takes the weights of a checkpoint, which it closes with itself, or of a source. */
  private TorchModel(
      ModelConfig config,
      NDManager manager,
      TorchMachine machine,
      ComputePlan plan,
      boolean selfCheck,
      WeightPacker.@Nullable Packing packing,
      @Nullable Checkpoint checkpoint,
      @Nullable WeightSource source) {
    this.config = config;
    this.checkpoint = checkpoint;
    this.manager = manager;
    this.precision = plan.precision();
    this.device = manager.getDevice();
    this.attention =
        selfCheck && !device.isGpu() && !fusedHolds(config, machine.checks(), precision)
            ? Attention.PLAIN
            : Attention.fused(precision, device.isGpu(), Processor.current());
    this.script = Kernels.compile(manager, config, plan.layout(), attention);
    Function<String, NDArray> loader =
        source != null
            ? name -> source.load(name, manager)
            : new WeightLoader(requireNonNull(checkpoint), manager, script, precision)::load;
    WeightPacker packer =
        plan.layout() == Layout.PACKED ? packer(machine, manager, selfCheck, packing) : null;
    LinearWeights linear =
        new LinearWeights(loader, script, manager, config.text(), plan.layout(), packer);
    embedding = loader.apply(ModelTensors.EMBEDDING); // [V, C]
    finalNorm = loader.apply("model.norm.weight"); // [C]
    head =
        config.tieWordEmbeddings() && plan.layout() != Layout.PACKED
            ? embedding
            : linear.weight(
                config.tieWordEmbeddings()
                    ? ModelTensors.EMBEDDING
                    : ModelTensors.LM_HEAD); // [V, C]

    OpeningLog opening =
        new OpeningLog(plan.layout().label(), config.text().layers() + config.vision().depth());
    List<NDArray> decoder = new ArrayList<>();
    for (int i = 0; i < config.text().layers(); i++) {
      decoder.addAll(linear.layer("model.layers." + i + "."));
      opening.step();
    }
    layers = TensorList.of(decoder);
    vision = TowerWeights.load(config, loader, linear, opening);
    opening.end();
    top = TensorList.of(List.of(embedding, finalNorm, head));
    layout = describe(plan.layout(), packer);

    textFrequencies = frequencies(config.text().ropeTheta(), config.text().headDim());
    rotaryAxes =
        manager.create(
            Arrays.stream(config.text().rotaryAxes()).asLongStream().toArray()); // [D / 2]
    visionFrequencies = frequencies(RotaryFrequencies.VISION_THETA, config.vision().headDim() / 2);
  }

  /** Loads a checkpoint folder. */
  static TorchModel load(Path folder, TorchSettings settings) {
    return load(folder, settings, null);
  }

  /**
   * As {@link #load(Path, TorchSettings)}.
   *
   * @param packing how weights are packed; null for how it should be done
   */
  @SuppressWarnings("MustBeClosedChecker") // closed below, or with the model
  static TorchModel load(
      Path folder, TorchSettings settings, WeightPacker.@Nullable Packing packing) {
    Checkpoint checkpoint = Checkpoint.open(folder);
    NDManager manager = null;
    try {
      manager = Torch.newManager(settings.device());
      return load(checkpoint, settings, packing, manager);
    } catch (RuntimeException | Error e) {
      if (manager != null) {
        manager.close();
      }
      checkpoint.close();
      throw e;
    }
  }

  private static TorchModel load(
      Checkpoint checkpoint,
      TorchSettings settings,
      WeightPacker.@Nullable Packing packing,
      NDManager manager) {
    try (TorchMachine machine = new TorchMachine(manager)) {
      ComputePlan plan =
          ComputePlan.of(
              settings.dtype(),
              settings.weights(),
              checkpoint.require(ModelTensors.EMBEDDING).dtype(),
              ModelTensors.parameters(checkpoint.config()),
              machine);
      return new TorchModel(
          checkpoint.config(),
          manager,
          machine,
          plan,
          settings.selfCheck(),
          packing,
          checkpoint,
          null);
    }
  }

  /** Takes weights that are in libtorch already, in the number format in which they are. */
  static TorchModel of(WeightSource source, TorchSettings settings) {
    NDManager manager = Torch.newManager(settings.device());
    try (TorchMachine machine = new TorchMachine(manager)) {
      Precision precision = source.bfloat16() ? Precision.BFLOAT16 : Precision.FLOAT32;
      ComputePlan plan =
          ComputePlan.of(
              precision.label(),
              settings.weights(),
              precision.dtype(),
              ModelTensors.parameters(source.config()),
              machine);
      return new TorchModel(
          source.config(), manager, machine, plan, settings.selfCheck(), null, null, source);
    } catch (RuntimeException | Error e) {
      manager.close();
      throw e;
    }
  }

  /** Says whether fused attention holds on the model's sizes, and warns of what does not. */
  private static boolean fusedHolds(ModelConfig config, KernelChecks checks, Precision precision) {
    KernelChecks.Heads heads =
        new KernelChecks.Heads(
            config.text().heads(),
            config.text().keyValueHeads(),
            config.text().headDim(),
            config.vision().heads(),
            config.vision().headDim());
    List<KernelCheck> failed =
        checks.attention(heads, precision).stream().filter(check -> !check.holds()).toList();
    failed.forEach(check -> log.warn("{} on this processor: {}", Processor.current(), check));
    return failed.isEmpty();
  }

  private static WeightPacker packer(
      TorchMachine machine,
      NDManager manager,
      boolean selfCheck,
      WeightPacker.@Nullable Packing packing) {
    PackingKernel kernel = machine.packing().orElseThrow();
    return new WeightPacker(kernel, packing != null ? packing : kernel::pack, manager, selfCheck);
  }

  private static String describe(Layout layout, @Nullable WeightPacker packer) {
    if (packer == null || packer.plain() == 0) {
      return layout.label();
    }
    return packer.packed() == 0
        ? Layout.FUSED.label()
        : layout.label()
            + ", "
            + packer.plain()
            + " of "
            + (packer.plain() + packer.packed())
            + " weights fused";
  }

  private NDArray frequencies(double theta, int size) {
    return manager.create(RotaryFrequencies.inverse(theta, size)); // [size / 2]
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

  /** Whether a row's products are the same bits whatever is beside it; looked at once. */
  boolean rowsAreApart() {
    Boolean apart = rowsApart;
    if (apart == null) {
      apart = RowsApart.hold(this);
      rowsApart = apart;
    }
    return apart;
  }

  /** The number format of activations, PyTorch's ScalarType. */
  int scalarType() {
    return precision.scalarType();
  }

  boolean isOnGpu() {
    return device.isGpu();
  }

  /** Bytes of a weight. */
  int bytesPerValue() {
    return precision.dtype().bytes();
  }

  /** Whether rows may share a prompt's cache, over which only fused attention on a CPU can go. */
  boolean sharesPrompts() {
    return !device.isGpu() && attention != Attention.PLAIN;
  }

  /** 12 tensors per decoder layer. */
  TensorList layers() {
    return layers;
  }

  TowerWeights vision() {
    return vision;
  }

  /** Embedding, final norm and head. */
  TensorList top() {
    return top;
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

  /** Which axis turns each frequency, {@code [D / 2]} int64. */
  NDArray rotaryAxes() {
    return rotaryAxes;
  }

  NDArray visionFrequencies() {
    return visionFrequencies;
  }

  RopeIndex.Settings ropeSettings() {
    return config.family().positions(config);
  }

  ModelInfo info() {
    return new ModelInfo(
        "pytorch",
        WeightLoader.name(device),
        precision.label(),
        layout,
        Processor.current().instructionSet(),
        Torch.threads(),
        ModelTensors.parameters(config),
        config.text().maxPositions(),
        config.text().vocabularySize());
  }

  @Override
  public void close() {
    layers.close();
    vision.list().close();
    top.close();
    script.close();
    manager.close();
    if (checkpoint != null) {
      checkpoint.close();
    }
  }
}
