package io.r1reward.train.model;

import com.google.common.collect.ImmutableList;
import io.r1reward.InvalidInputException;
import java.io.Serializable;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Low-rank adapters (Hu et al., arXiv 2106.09685): {@code y = W x + (alpha / rank) · B A x} with A
 * random and B zero at first. Immutable.
 *
 * @param rank inner width of an adapter
 * @param alpha numerator of the scale
 * @param dropout share of the adapter's inputs that are zeroed while training, in [0, 1)
 * @param targets last parts of the names of the linear layers that get one, such as {@code q_proj}
 *     or {@code layers.0.mlp.up_proj}; each fits at least one layer, which is not the head;
 *     unmodifiable
 * @param vision whether layers of the vision tower get one, too
 */
public record Lora(int rank, double alpha, double dropout, List<String> targets, boolean vision)
    implements Serializable {

  /** All linear layers of the decoder. */
  public static final List<String> ALL_LINEAR =
      List.of("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj");

  private static final Pattern ADAPTABLE =
      Pattern.compile(
          "model\\.layers\\.\\d+\\.(self_attn\\.[qkvo]_proj|mlp\\.(gate|up|down)_proj)"
              + "|visual\\.blocks\\.\\d+\\.(attn\\.(qkv|proj)|mlp\\.(gate|up|down)_proj)"
              + "|visual\\.merger\\.mlp\\.[02]");

  /** Checks the ranges. */
  public Lora {
    targets = List.copyOf(targets);
    if (rank < 1) {
      throw new InvalidInputException("LoRA rank must be at least 1, got " + rank);
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw new InvalidInputException("LoRA dropout must be in [0, 1), got " + dropout);
    }
    if (targets.isEmpty()) {
      throw new InvalidInputException("LoRA needs at least 1 target layer, got none");
    }
  }

  /** Adapters on all linear layers of the decoder, alpha twice the rank, no dropout. */
  public static Lora rank(int rank) {
    return new Lora(rank, 2.0 * rank, 0, ALL_LINEAR, false);
  }

  /** Sets the numerator of the scale. */
  public Lora alpha(double value) {
    return new Lora(rank, value, dropout, targets, vision);
  }

  /** Sets the dropout. */
  public Lora dropout(double share) {
    return new Lora(rank, alpha, share, targets, vision);
  }

  /** Sets the target layers by the last parts of their names. */
  public Lora targets(String... names) {
    return new Lora(rank, alpha, dropout, ImmutableList.copyOf(names), vision);
  }

  /** Returns {@code alpha / rank}. */
  public double scale() {
    return alpha / rank;
  }

  /** Says whether a linear layer, by its name without {@code .weight}, gets an adapter. */
  boolean adapts(String layer) {
    boolean inVision = layer.startsWith("visual.");
    return (vision || !inVision)
        && canAdapt(layer)
        && targets.stream().anyMatch(target -> endsWith(layer, target));
  }

  /** Says whether a layer can have an adapter. */
  static boolean canAdapt(String layer) {
    return ADAPTABLE.matcher(layer).matches();
  }

  /** Says whether a layer's name is this one, or ends with its parts. */
  static boolean endsWith(String layer, String name) {
    return layer.equals(name) || layer.endsWith("." + name);
  }
}
