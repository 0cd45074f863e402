package io.r1reward.core.model;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Sets;
import com.google.common.primitives.ImmutableLongArray;
import io.r1reward.CheckpointException;
import io.r1reward.core.safetensors.MappedTensor;
import io.r1reward.core.safetensors.TensorSource;
import java.util.Map;
import java.util.Set;

/** Names and shapes of the tensors of a checkpoint. Linear weights are {@code [out, in]}. */
public final class ModelTensors {
  /** Name of the head's weight, which tied checkpoints lack. */
  public static final String LM_HEAD = "lm_head.weight";

  /** Name of the embedding. */
  public static final String EMBEDDING = "model.embed_tokens.weight";

  private final ImmutableMap.Builder<String, ImmutableLongArray> shapes = ImmutableMap.builder();

  private ModelTensors() {}

  /**
   * Returns the shapes of all tensors of a model by name: embedding, layers, head, vision tower.
   */
  public static ImmutableMap<String, ImmutableLongArray> shapes(ModelConfig config) {
    ModelTensors tensors = new ModelTensors();
    tensors.decoder(config.text(), config.tieWordEmbeddings());
    tensors.shapes.putAll(config.family().tower(config.vision()).shapes());
    return tensors.shapes.buildOrThrow();
  }

  /** Returns the number of weights of a model, tied ones once. */
  public static long parameters(ModelConfig config) {
    return shapes(config).values().stream()
        .mapToLong(shape -> shape.stream().reduce(1, (a, b) -> a * b))
        .sum();
  }

  /**
   * Checks that a source has all tensors of a model, in the right shapes and in a format for
   * weights. Tensors of other names are none of the model's business.
   *
   * @throws CheckpointException naming the first tensor that is missing, misshapen or of another
   *     format
   */
  public static void check(ModelConfig config, TensorSource source) {
    ImmutableMap<String, ImmutableLongArray> shapes = shapes(config);
    Set<String> missing = Sets.difference(shapes.keySet(), source.tensors().keySet());
    if (!missing.isEmpty()) {
      throw missing(missing, source);
    }
    shapes.forEach(
        (name, shape) -> {
          MappedTensor tensor = source.require(name, shape.toArray());
          if (!tensor.dtype().isWeight()) {
            throw new CheckpointException(
                source.description() + ": tensor " + tensor + " is not F32, F16 or BF16");
          }
        });
  }

  private static CheckpointException missing(Set<String> missing, TensorSource source) {
    String others = missing.size() == 1 ? "" : " and " + (missing.size() - 1) + " others are";
    Set<String> found = source.tensors().keySet();
    return new CheckpointException(
        String.format(
            "%s: tensor %s%s missing (%d tensors are there%s)%s",
            source.description(),
            missing.iterator().next(),
            others.isEmpty() ? " is" : others,
            found.size(),
            found.isEmpty() ? "" : ", such as " + found.iterator().next(),
            missing.contains(LM_HEAD) ? ScalarHeads.hint(found) : ""));
  }

  /** What wrappers put before every name: data-parallel trainers and compiled models. */
  private static final ImmutableList<String> WRAPPERS = ImmutableList.of("module.", "_orig_mod.");

  /** Other releases' names by what they begin with; the first that fits counts. */
  private static final ImmutableMap<String, String> PREFIXES =
      ImmutableMap.<String, String>builder()
          .put("model.language_model.lm_head.", "lm_head.")
          .put("model.language_model.model.", "model.")
          .put("model.language_model.", "model.")
          .put("model.visual.", "visual.")
          .put("language_model.lm_head.", "lm_head.")
          .put("language_model.model.", "model.")
          .put("language_model.", "model.")
          .put("model.lm_head.", "lm_head.")
          .buildOrThrow();

  /**
   * Returns the classic name of a tensor, {@code model.*}, {@code visual.*} or {@code lm_head.*}:
   * newer releases of the public implementation write {@code model.language_model.*} and {@code
   * model.visual.*}, others {@code language_model.model.*} or {@code language_model.*}, and
   * wrappers of a trainer put {@code module.} or {@code _orig_mod.} before it.
   */
  public static String classicName(String name) {
    for (String wrapper : WRAPPERS) {
      if (name.startsWith(wrapper)) {
        return classicName(name.substring(wrapper.length()));
      }
    }
    for (Map.Entry<String, String> prefix : PREFIXES.entrySet()) {
      if (name.startsWith(prefix.getKey())) {
        return prefix.getValue() + name.substring(prefix.getKey().length());
      }
    }
    return name;
  }

  private void decoder(TextConfig text, boolean tied) {
    long hidden = text.hiddenSize();
    long queries = (long) text.heads() * text.headDim();
    long keyValues = (long) text.keyValueHeads() * text.headDim();
    put(EMBEDDING, text.vocabularySize(), hidden);
    for (int i = 0; i < text.layers(); i++) {
      String layer = "model.layers." + i + ".";
      put(layer + "input_layernorm.weight", hidden);
      linear(layer + "self_attn.q_proj", queries, hidden, text.qkvBias());
      linear(layer + "self_attn.k_proj", keyValues, hidden, text.qkvBias());
      linear(layer + "self_attn.v_proj", keyValues, hidden, text.qkvBias());
      if (text.qkNorm()) {
        put(layer + "self_attn.q_norm.weight", text.headDim());
        put(layer + "self_attn.k_norm.weight", text.headDim());
      }
      put(layer + "self_attn.o_proj.weight", hidden, queries);
      put(layer + "post_attention_layernorm.weight", hidden);
      put(layer + "mlp.gate_proj.weight", text.intermediateSize(), hidden);
      put(layer + "mlp.up_proj.weight", text.intermediateSize(), hidden);
      put(layer + "mlp.down_proj.weight", hidden, text.intermediateSize());
    }
    put("model.norm.weight", hidden);
    if (!tied) {
      put(LM_HEAD, text.vocabularySize(), hidden);
    }
  }

  private void linear(String name, long out, long in, boolean bias) {
    put(name + ".weight", out, in);
    if (bias) {
      put(name + ".bias", out);
    }
  }

  private void put(String name, long... shape) {
    shapes.put(name, ImmutableLongArray.copyOf(shape));
  }
}
