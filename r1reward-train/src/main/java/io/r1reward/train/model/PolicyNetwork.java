package io.r1reward.train.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Longs;
import io.r1reward.core.checkpoint.Checkpoint;
import io.r1reward.core.model.ModelConfig;
import io.r1reward.core.model.ModelTensors;
import io.r1reward.core.model.RotaryFrequencies;
import io.r1reward.core.safetensors.MappedTensor;
import io.r1reward.core.torch.ScriptSource;
import io.r1reward.core.torch.WeightSource;
import io.r1reward.core.torch.jni.GradScript;
import io.r1reward.core.torch.jni.Torch;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A model that is trained: log-probabilities of target tokens, and gradients of any loss on them.
 * It computes what the reference model computes, with pictures and multimodal positions. Not
 * thread-safe: use it from one thread at a time. Holds native memory until {@link #close}.
 */
public final class PolicyNetwork implements AutoCloseable {
  private static final long NO_DROPOUT = -1;
  private static final String LOAD_ADVICE =
      "compute in bfloat16, train adapters (lora) in place of the weights, or keep the optimiser in"
          + " host memory (offloadOptimiser)";
  private static final String FORWARD_ADVICE =
      "lower the token budget of a micro-batch (tokenBudget), headRows, or the pictures' maxPixels";
  private static final String BACKWARD_ADVICE =
      "; compute more of it again (gradientCheckpointing 1), or keep the optimiser in host memory"
          + " (offloadOptimiser)";

  /**
   * In bfloat16 on a CPU, libtorch's fused attention calls oneDNN once per row, head and block:
   * measured 5 times slower than two batched products with 128 tokens, 1.4 times with 512. Beyond
   * this length the products' memory, which grows with its square, counts for more.
   */
  private static final int EXPLICIT_ATTENTION = 1024;

  private final NDManager manager;
  private final GradScript script;
  private final ModelConfig config;
  private final NetworkSettings settings;
  private final NetworkRole role;
  private final Parameters parameters;
  private final @Nullable GradientSums sums;
  private final NDArray textFrequencies;
  private final NDArray rotaryAxes;
  private final NDArray visionFrequencies;

  private PolicyNetwork(
      Checkpoint checkpoint,
      NDManager manager,
      NetworkSettings settings,
      NetworkRole role,
      long seed) {
    this.role = role;
    this.manager = manager;
    this.config = checkpoint.config();
    this.settings = settings;
    boolean explicitIsFaster = settings.bfloat16() && !manager.getDevice().isGpu();
    int explicit = explicitIsFaster ? EXPLICIT_ATTENTION : 0;
    this.script =
        GradScript.compile(
            manager, "training", "Training", source(config, settings.lora(), explicit));
    this.parameters = new Parameters(checkpoint, manager, script, settings, role, seed);
    this.sums =
        GradientSums.areKept(settings)
            ? new GradientSums(parameters.masters(), manager, script)
            : null;
    this.textFrequencies =
        manager.create(
            RotaryFrequencies.inverse(config.text().ropeTheta(), config.text().headDim()));
    this.rotaryAxes =
        manager.create(
            Arrays.stream(config.text().rotaryAxes()).asLongStream().toArray()); // [D / 2]
    this.visionFrequencies =
        manager.create(
            RotaryFrequencies.inverse(
                RotaryFrequencies.VISION_THETA, config.vision().headDim() / 2));
  }

  /**
   * Loads the weights of a checkpoint, which may be closed afterwards.
   *
   * @param seed of the adapters' start
   */
  public static PolicyNetwork load(Checkpoint checkpoint, NetworkSettings settings, long seed) {
    return load(checkpoint, settings, NetworkRole.TRAINED, seed);
  }

  /** As the other {@code load}, for a network that is not trained by itself. */
  public static PolicyNetwork load(
      Checkpoint checkpoint, NetworkSettings settings, NetworkRole role, long seed) {
    NDManager manager = Torch.newManager(settings.device());
    try {
      Torch.prepareThread(settings.threads());
      return new PolicyNetwork(checkpoint, manager, settings, role, seed);
    } catch (RuntimeException e) {
      manager.close();
      throw OutOfMemory.explained(e, "loading the weights on " + settings.device(), LOAD_ADVICE);
    } catch (Error e) {
      manager.close();
      throw e;
    }
  }

  /** Returns the log-probabilities of the targets, {@code [row][target]}; no gradient. */
  public double[][] logProbabilities(List<TrainingRow> rows) {
    return logProbabilities(rows, 1);
  }

  /** As the other, of the logits divided by a temperature: the policy that rollouts come from. */
  public double[][] logProbabilities(List<TrainingRow> rows, double temperature) {
    return logProbabilities(rows, true, temperature);
  }

  /** As {@link #logProbabilities}, without the adapters: what the model was before training. */
  public double[][] baseLogProbabilities(List<TrainingRow> rows) {
    return baseLogProbabilities(rows, 1);
  }

  /** As the other, of the logits divided by a temperature. */
  public double[][] baseLogProbabilities(List<TrainingRow> rows, double temperature) {
    return logProbabilities(rows, false, temperature);
  }

  private double[][] logProbabilities(
      List<TrainingRow> rows, boolean adapters, double temperature) {
    MicroBatch batch = new MicroBatch(rows, config);
    try (NDManager scope = manager.newSubManager()) {
      Pass pass = new Pass(this, batch, scope, adapters, NO_DROPOUT, temperature);
      return Unrecorded.run(pass, batch, settings.headRows());
    } catch (RuntimeException e) {
      throw OutOfMemory.explained(e, "a forward pass over " + batch, FORWARD_ADVICE);
    }
  }

  /**
   * Computes log-probabilities and adds the gradients of a loss on them to those of the parameters,
   * in float32 whatever the forward pass computes in. With bfloat16 this takes one float32 buffer
   * per trained parameter, in host memory where the optimiser is.
   *
   * @param loss the derivative by each log-probability
   * @param dropoutSeed seed of the adapters' dropout; negative for none
   * @return the log-probabilities, {@code [row][target]}
   */
  public double[][] accumulate(List<TrainingRow> rows, TokenGradient loss, long dropoutSeed) {
    return accumulate(rows, loss, dropoutSeed, 1);
  }

  /**
   * As the other, with log-probabilities of the logits divided by a temperature.
   *
   * @param temperature of the policy that the loss is about, positive
   */
  public double[][] accumulate(
      List<TrainingRow> rows, TokenGradient loss, long dropoutSeed, double temperature) {
    return backward(rows, dropoutSeed, temperature, pass -> pass.run(loss));
  }

  /**
   * Returns what stands behind the final norm at the last token of each row, {@code [row][hidden
   * size]}; no gradient. Targets of rows play no part.
   */
  public float[][] lastHidden(List<TrainingRow> rows) {
    MicroBatch batch = new MicroBatch(rows, config);
    try (NDManager scope = manager.newSubManager()) {
      return Unrecorded.lastHidden(new Pass(this, batch, scope, true, NO_DROPOUT, 1), batch);
    } catch (RuntimeException e) {
      throw OutOfMemory.explained(e, "a forward pass over " + batch, FORWARD_ADVICE);
    }
  }

  /**
   * As {@link #accumulate}, for a loss on {@link #lastHidden}.
   *
   * @param loss the derivative by each value of the hidden states
   * @param dropoutSeed seed of the adapters' dropout; negative for none
   */
  public void accumulateLastHidden(List<TrainingRow> rows, HiddenGradient loss, long dropoutSeed) {
    boolean unused =
        backward(
            rows,
            dropoutSeed,
            1,
            pass -> {
              pass.runHidden(loss);
              return true;
            });
  }

  private <T> T backward(
      List<TrainingRow> rows,
      long dropoutSeed,
      double temperature,
      Function<? super Backpropagation, T> run) {
    MicroBatch batch = new MicroBatch(rows, config);
    Lora lora = settings.lora();
    boolean vision = lora == null ? settings.trainVision() : lora.vision();
    long seed = lora != null && lora.dropout() > 0 ? dropoutSeed : NO_DROPOUT;
    try (NDManager scope = manager.newSubManager()) {
      Pass pass = new Pass(this, batch, scope, true, seed, temperature);
      T result = run.apply(new Backpropagation(pass, batch, settings, vision, lora == null));
      if (sums != null) {
        sums.take(trainable());
      }
      return result;
    } catch (RuntimeException e) {
      throw OutOfMemory.explained(
          e, "a backward pass over " + batch, FORWARD_ADVICE + BACKWARD_ADVICE);
    }
  }

  /** Returns all parameters, in the order of the checkpoint, adapters behind. */
  public List<Parameter> parameters() {
    return parameters.list();
  }

  /** Returns those that are trained. */
  public List<Parameter> trainable() {
    return parameters.list().stream()
        .filter(Parameter::trainable)
        .collect(ImmutableList.toImmutableList());
  }

  /** Returns the collected gradient of a parameter as float32; null if it has none. */
  public float @Nullable [] gradient(Parameter parameter) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray gradient = gradient(parameter, scope);
      return gradient == null ? null : Torch.floats(gradient);
    }
  }

  /** As the other, as a float32 array that must not outlive the scope; null if it has none. */
  @Nullable NDArray gradient(Parameter parameter, NDManager scope) {
    if (sums != null) {
      return sums.of(parameter);
    }
    NDArray gradient = GradScript.gradient(parameter.compute());
    if (gradient != null) {
      gradient.attach(scope);
    }
    return gradient;
  }

  /** Adds to the collected gradient of a parameter what a backward pass elsewhere has given. */
  void addGradient(Parameter parameter, float[] values) {
    // a copy, since the source's memory is the heap's to give back and a leaf may keep what it gets
    try (NDArray source = manager.create(values, new Shape(parameter.shape()));
        NDArray gradient =
            GradScript.silently(() -> script.call(manager, "to_float_copy", source))) {
      if (sums != null) {
        sums.add(parameter.name(), gradient);
      } else {
        GradScript.backward(parameter.compute(), gradient);
      }
    }
  }

  /** Returns an owner on the device that {@link #gradient(Parameter, NDManager)} lies on. */
  NDManager gradients() {
    return sums != null ? parameters.masters() : manager;
  }

  /** Forgets the collected gradients. */
  void discardGradients() {
    if (sums != null) {
      sums.clear();
    }
    for (Parameter parameter : trainable()) {
      GradScript.clearGradient(parameter.compute());
    }
  }

  /** Returns the values of a parameter as float32: the master's where there is one. */
  public float[] values(Parameter parameter) {
    try (NDArray plain =
        GradScript.silently(() -> script.call(manager, "to_float_copy", parameter.master()))) {
      return Torch.floats(plain);
    }
  }

  /** Sets the values of a trainable parameter. */
  public void set(Parameter parameter, float[] values) {
    try (NDArray source = manager.create(values, new Shape(Longs.toArray(parameter.shape())))) {
      assign(parameter, source);
    }
  }

  /** Sets the values of a trainable parameter to those of a file, past the heap. */
  void set(Parameter parameter, MappedTensor stored) {
    try (NDArray source = MappedArrays.copy(stored, parameter.master(), manager, script)) {
      assign(parameter, source);
    }
  }

  private void assign(Parameter parameter, NDArray source) {
    for (NDArray target : new NDArray[] {parameter.master(), parameter.compute()}) {
      GradScript.silently(() -> script.call(manager, "assign", target, source)).close();
    }
  }

  /**
   * Returns the weights as they are now, adapters merged into them, for an engine that judges. They
   * are those that the forward pass uses; where there is no adapter their memory is shared, so the
   * network may not be trained on while the engine is open.
   */
  public WeightSource weightSource() {
    return new MergedWeights(this);
  }

  /** Returns the sizes of the model. */
  public ModelConfig config() {
    return config;
  }

  /** Returns the settings it was loaded with. */
  public NetworkSettings settings() {
    return settings;
  }

  /** Returns the owner of its memory. */
  public NDManager manager() {
    return manager;
  }

  /** Returns what the network is there for. */
  public NetworkRole role() {
    return role;
  }

  Parameters weights() {
    return parameters;
  }

  GradScript script() {
    return script;
  }

  NDArray head() {
    return parameters.compute(
        config.tieWordEmbeddings() ? ModelTensors.EMBEDDING : ModelTensors.LM_HEAD);
  }

  NDArray textFrequencies() {
    return textFrequencies;
  }

  NDArray rotaryAxes() {
    return rotaryAxes;
  }

  NDArray visionFrequencies() {
    return visionFrequencies;
  }

  /**
   * Returns the text of the forward pass.
   *
   * @param explicit most tokens that attend by two batched products; 0 for none
   */
  static String source(ModelConfig config, @Nullable Lora lora, int explicit) {
    Map<String, String> ofFamily =
        Map.of(
            "vision_shared.py", config.family().script("vision_shared.py"),
            "vision_training.py", config.family().script("vision_training.py"));
    return ScriptSource.read(PolicyNetwork.class, "training.py", ofFamily)
        .replace("%HEADS%", Integer.toString(config.text().heads()))
        .replace("%KV_HEADS%", Integer.toString(config.text().keyValueHeads()))
        .replace("%VISION_HEADS%", Integer.toString(config.vision().heads()))
        .replace("%EPS%", number(config.text().rmsNormEps()))
        .replace("%EXPLICIT%", Integer.toString(explicit))
        .replace("%LORA_SCALE%", number(lora == null ? 1 : lora.scale()))
        .replace("%DROPOUT%", number(lora == null ? 0 : lora.dropout()));
  }

  /** A literal that TorchScript reads as a float. */
  private static String number(double value) {
    String text = BigDecimal.valueOf(value).toPlainString();
    return text.contains(".") ? text : text + ".0";
  }

  @Override
  public void close() {
    script.close();
    manager.close();
  }
}
