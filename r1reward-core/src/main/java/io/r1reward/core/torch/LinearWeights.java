package io.r1reward.core.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.r1reward.core.model.TextConfig;
import io.r1reward.core.torch.jni.TorchScript;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Loads weights in a {@link Layout}, in the order in which {@code kernels.py} expects them. */
final class LinearWeights {
  private final Function<String, NDArray> loader;
  private final TorchScript script;
  private final NDManager manager;
  private final TextConfig config;
  private final Layout layout;
  private final @Nullable WeightPacker packer;

  /**
   * Loads weights.
   *
   * @param packer for {@link Layout#PACKED}, else null
   */
  LinearWeights(
      Function<String, NDArray> loader,
      TorchScript script,
      NDManager manager,
      TextConfig config,
      Layout layout,
      @Nullable WeightPacker packer) {
    this.loader = loader;
    this.script = script;
    this.manager = manager;
    this.config = config;
    this.layout = layout;
    this.packer = packer;
  }

  /**
   * Returns the 12 tensors of a decoder layer; joined weights stand in the first of their places.
   */
  List<NDArray> layer(String prefix) {
    List<NDArray> tensors = new ArrayList<>();
    NDArray unread = loader.apply(prefix + "input_layernorm.weight"); // stands in unread places
    tensors.add(unread);
    String attention = prefix + "self_attn.";
    List<NDArray> weights = projections(attention, ".weight", unread); // [(Q + 2 K) D, C] in all
    List<NDArray> beside = List.of(unread, unread, unread);
    if (config.qkvBias()) {
      beside = projections(attention, ".bias", unread); // [(Q + 2 K) D] in all
    } else if (config.qkNorm()) {
      NDArray ofQ = loader.apply(attention + "q_norm.weight"); // [D]
      NDArray ofK = loader.apply(attention + "k_norm.weight"); // [D]
      beside = List.of(ofQ, ofK, unread);
    }
    for (int i = 0; i < weights.size(); i++) {
      tensors.add(weights.get(i));
      tensors.add(beside.get(i));
    }
    tensors.add(weight(attention + "o_proj.weight"));
    NDArray norm = loader.apply(prefix + "post_attention_layernorm.weight");
    tensors.add(norm);
    if (layout == Layout.MAPPED) {
      tensors.add(loader.apply(prefix + "mlp.gate_proj.weight"));
      tensors.add(loader.apply(prefix + "mlp.up_proj.weight"));
    } else {
      tensors.add(joined(prefix + "mlp.", ".weight", "gate_proj", "up_proj")); // [2 I, C]
      tensors.add(norm); // the place of up is not read
    }
    tensors.add(weight(prefix + "mlp.down_proj.weight"));
    return tensors;
  }

  /** Returns what q, k and v have, or what they have joined and two unread places. */
  private List<NDArray> projections(String attention, String suffix, NDArray unread) {
    if (layout != Layout.MAPPED) {
      NDArray all = joined(attention, suffix, "q_proj", "k_proj", "v_proj");
      return List.of(all, unread, unread);
    }
    return Stream.of("q_proj", "k_proj", "v_proj")
        .map(part -> loader.apply(attention + part + suffix))
        .toList();
  }

  /** Returns tensors by name; those of two dimensions are weights of linear layers. */
  List<NDArray> all(List<String> names) {
    return names.stream().map(this::weight).toList();
  }

  /** Returns one weight of a linear layer, {@code [out, in]}, or a bias or norm as it is. */
  NDArray weight(String name) {
    return pack(loader.apply(name));
  }

  private NDArray joined(String prefix, String suffix, String... names) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray[] parts = new NDArray[names.length];
      for (int i = 0; i < parts.length; i++) {
        parts[i] = loader.apply(prefix + names[i] + suffix);
        parts[i].attach(scope);
      }
      NDArray joined = script.one(scope, "join", (Object) parts);
      joined.attach(manager);
      return pack(joined);
    }
  }

  private NDArray pack(NDArray tensor) {
    return packer == null || tensor.getShape().dimension() != 2 ? tensor : packer.pack(tensor);
  }
}
