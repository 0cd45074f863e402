package io.r1reward.train.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableLongArray;
import io.r1reward.InvalidInputException;
import io.r1reward.core.checkpoint.Checkpoint;
import io.r1reward.core.model.ModelTensors;
import io.r1reward.core.model.TowerTensors;
import io.r1reward.core.torch.jni.GradScript;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** The weights and adapters of a network. Not thread-safe. */
final class Parameters {
  static final String LORA_A = ".lora_A.weight";
  static final String LORA_B = ".lora_B.weight";
  private static final String WEIGHT = ".weight";

  private static final ImmutableList<String> DECODER_NORMS =
      ImmutableList.of("input_layernorm", "post_attention_layernorm");

  private final Map<String, Parameter> all = new LinkedHashMap<>();
  private final NDManager manager;
  private final GradScript script;
  private final NetworkSettings settings;
  private final NetworkRole role;
  private final NDArray empty;

  /** What the forward pass computes in, and on; [0]. */
  private final NDArray computed;

  /** What masters are in, and on; [0]. */
  private final NDArray mastered;

  /** Owner of the masters: on the device, or in host memory. */
  private final NDManager masters;

  /** Loads a checkpoint; adapters start with seeded A and zero B. */
  Parameters(
      Checkpoint checkpoint,
      NDManager manager,
      GradScript script,
      NetworkSettings settings,
      NetworkRole role,
      long seed) {
    this.manager = manager;
    this.script = script;
    this.settings = settings;
    this.role = role;
    this.masters =
        settings.offloadOptimiser() ? manager.newSubManager(ai.djl.Device.cpu()) : manager;
    this.empty = manager.create(new Shape(0), DataType.FLOAT32);
    this.computed =
        settings.bfloat16()
            ? GradScript.silently(() -> script.call(manager, "to_bfloat16", empty))
            : empty;
    this.mastered = masters.create(new Shape(0), DataType.FLOAT32);
    Lora lora = settings.lora();
    Random random = new Random(seed);
    ModelTensors.shapes(checkpoint.config())
        .forEach(
            (name, shape) -> {
              boolean trained =
                  lora == null && (settings.trainVision() || !name.startsWith("visual."));
              add(
                  name,
                  shape,
                  (like, owner) -> MappedArrays.copy(checkpoint.require(name), like, owner, script),
                  trained);
            });
    if (lora != null) {
      checkTargets(lora);
      for (String name : List.copyOf(all.keySet())) {
        addAdapter(name, lora, random);
      }
    }
  }

  private void checkTargets(Lora lora) {
    for (String target : lora.targets()) {
      if (all.keySet().stream().noneMatch(weight -> adapts(lora.targets(target), weight))) {
        throw new InvalidInputException(
            "LoRA target "
                + target
                + " fits no linear layer that can have an adapter: the decoder's"
                + (lora.vision() ? " and the vision tower's" : "")
                + " have one, the head has none");
      }
    }
  }

  static boolean adapts(Lora lora, String weight) {
    return weight.endsWith(WEIGHT)
        && lora.adapts(weight.substring(0, weight.length() - WEIGHT.length()));
  }

  private void addAdapter(String weight, Lora lora, Random random) {
    if (!adapts(lora, weight)) {
      return;
    }
    List<Long> shape = get(weight).shape();
    String layer = weight.substring(0, weight.length() - WEIGHT.length());
    int in = Math.toIntExact(shape.get(1));
    int out = Math.toIntExact(shape.get(0));
    // PEFT's start: A uniform with Kaiming's bound for a = √5, which is 1 / √in
    float[] a = new float[lora.rank() * in];
    for (int i = 0; i < a.length; i++) {
      a[i] = (float) ((2 * random.nextDouble() - 1) / Math.sqrt(in));
    }
    add(layer + LORA_A, ImmutableLongArray.of(lora.rank(), in), a, true);
    add(
        layer + LORA_B,
        ImmutableLongArray.of(out, lora.rank()),
        new float[out * lora.rank()],
        true);
  }

  private void add(String name, ImmutableLongArray shape, float[] values, boolean trained) {
    add(
        name,
        shape,
        (like, owner) -> {
          try (NDArray source = manager.create(values, new Shape(shape.toArray()))) {
            return GradScript.silently(() -> script.call(owner, "copy_like", source, like));
          }
        },
        trained);
  }

  /** Makes copies of a parameter's first values. */
  @FunctionalInterface
  private interface Source {
    /** Returns a copy in the type and on the device of {@code like}. */
    NDArray copy(NDArray like, NDManager owner);
  }

  private void add(String name, ImmutableLongArray shape, Source source, boolean wanted) {
    boolean trained = wanted && role != NetworkRole.FROZEN;
    NDArray compute = source.copy(computed, manager);
    // a replica's adapters have theirs, too, since rollouts merge them into the weights in float32
    boolean hasMasters = role == NetworkRole.TRAINED || settings.lora() != null;
    boolean apart = trained && hasMasters && (settings.bfloat16() || settings.offloadOptimiser());
    NDArray master = apart ? source.copy(mastered, masters) : compute;
    if (trained) {
      GradScript.require(compute);
    }
    all.put(name, new Parameter(name, shape.asList(), compute, master, trained));
  }

  /** Returns the owner of the masters; what the optimiser keeps belongs there, too. */
  NDManager masters() {
    return masters;
  }

  Parameter get(String name) {
    Parameter parameter = all.get(name);
    if (parameter == null) {
      throw new IllegalArgumentException("no parameter " + name);
    }
    return parameter;
  }

  boolean has(String name) {
    return all.containsKey(name);
  }

  ImmutableList<Parameter> list() {
    return ImmutableList.copyOf(all.values());
  }

  /** Weight, bias, A and B of a linear layer; what it lacks is empty. */
  private void linear(List<NDArray> out, String layer, boolean adapters) {
    out.add(get(layer + ".weight").compute());
    out.add(orEmpty(layer + ".bias"));
    out.add(adapters ? orEmpty(layer + LORA_A) : empty);
    out.add(adapters ? orEmpty(layer + LORA_B) : empty);
  }

  private NDArray orEmpty(String name) {
    return has(name) ? get(name).compute() : empty;
  }

  /** 30 or 32 tensors in the order of {@code decoder_layer}. */
  List<NDArray> decoderLayer(int index, boolean adapters) {
    String prefix = "model.layers." + index + ".";
    List<NDArray> w = new ArrayList<>();
    w.add(get(prefix + DECODER_NORMS.get(0) + ".weight").compute());
    for (String name : List.of("q_proj", "k_proj", "v_proj", "o_proj")) {
      linear(w, prefix + "self_attn." + name, adapters);
    }
    w.add(get(prefix + DECODER_NORMS.get(1) + ".weight").compute());
    for (String name : List.of("gate_proj", "up_proj", "down_proj")) {
      linear(w, prefix + "mlp." + name, adapters);
    }
    for (String name : List.of("q_norm", "k_norm")) {
      String norm = prefix + "self_attn." + name + ".weight";
      if (has(norm)) {
        w.add(compute(norm));
      }
    }
    return w;
  }

  /** The tensors of a part of the vision tower, each linear layer as four. */
  List<NDArray> tensors(TowerTensors.Part part, boolean adapters) {
    List<NDArray> w = new ArrayList<>();
    for (TowerTensors.Layer layer : part.layers()) {
      if (layer.linear()) {
        linear(w, layer.name(), adapters);
      } else {
        w.add(compute(layer.name()));
      }
    }
    return w;
  }

  NDArray compute(String name) {
    return get(name).compute();
  }
}
