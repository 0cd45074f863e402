package io.r1reward.core.model;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.ImmutableLongArray;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.Immutable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The tensors of a vision tower in the order in which its scripts expect them: those that embed
 * patches, those of each block, the merger's, and those of each further merger (DeepStack), whose
 * output the first decoder layers add. A part is a list of norms and tables, which are single
 * tensors, and of linear layers, which are a weight {@code [out, in]} and a bias {@code [out]}.
 *
 * @param embedding single tensors alone
 * @param blocks one part per block, of equal length
 * @param merger gives the tokens of a picture
 * @param deepStack one part per further merger, of equal length; may be empty
 */
@Immutable
public record TowerTensors(
    Part embedding, ImmutableList<Part> blocks, Part merger, ImmutableList<Part> deepStack) {

  /** Returns the shapes of all by name. */
  public ImmutableMap<String, ImmutableLongArray> shapes() {
    ImmutableMap.Builder<String, ImmutableLongArray> shapes = ImmutableMap.builder();
    shapes.putAll(embedding.shapes);
    blocks.forEach(block -> shapes.putAll(block.shapes));
    shapes.putAll(merger.shapes);
    deepStack.forEach(part -> shapes.putAll(part.shapes));
    return shapes.buildOrThrow();
  }

  /**
   * One part.
   *
   * @param layers norms and tables by the name of their tensor, linear layers without {@code
   *     .weight} and {@code .bias}, in order
   * @param shapes shapes by the names of tensors, in order
   */
  @Immutable
  public record Part(ImmutableList<Layer> layers, ImmutableMap<String, ImmutableLongArray> shapes) {

    /** Starts a part whose names begin with a prefix. */
    public static Builder named(String prefix) {
      return new Builder(prefix);
    }

    /** Returns the names of all tensors, in order. */
    public ImmutableList<String> names() {
      return shapes.keySet().asList();
    }
  }

  /**
   * A norm or table, or a linear layer.
   *
   * @param name of the tensor, or of the linear layer
   * @param linear whether it is one
   */
  @Immutable
  public record Layer(String name, boolean linear) {}

  /** Collects a part. Not thread-safe. */
  public static final class Builder {
    private final String prefix;
    private final List<Layer> layers = new ArrayList<>();
    private final Map<String, ImmutableLongArray> shapes = new LinkedHashMap<>();

    private Builder(String prefix) {
      this.prefix = prefix;
    }

    /** Adds a single tensor. */
    @CanIgnoreReturnValue
    public Builder tensor(String name, long... shape) {
      layers.add(new Layer(prefix + name, false));
      shapes.put(prefix + name, ImmutableLongArray.copyOf(shape));
      return this;
    }

    /** Adds a linear layer with a bias. */
    @CanIgnoreReturnValue
    public Builder linear(String name, long out, long in) {
      layers.add(new Layer(prefix + name, true));
      shapes.put(prefix + name + ".weight", ImmutableLongArray.of(out, in));
      shapes.put(prefix + name + ".bias", ImmutableLongArray.of(out));
      return this;
    }

    /** Returns the part. */
    public Part build() {
      return new Part(ImmutableList.copyOf(layers), ImmutableMap.copyOf(shapes));
    }
  }
}
