package io.r1reward.onnx.graph;

import com.google.common.base.Splitter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The weights of a graph under construction: decides their number format, puts their bytes where
 * the graph finds them, and adds what the graph needs to use them. Tensors go by their names in the
 * Hugging Face checkpoint.
 */
public interface Weights {

  /** Stands between the names of tensors that are one in the graph. */
  String SEPARATOR = "+";

  /** Returns the format of the graph's activations. */
  ElementType activations();

  /**
   * Adds a vector (a norm's weight) as an initialiser.
   *
   * @param tensor checkpoint name
   * @return the initialiser's name
   */
  String vector(GraphBuilder graph, String tensor);

  /**
   * Adds a table whose rows are looked up as an initialiser, {@code [rows, columns]}, never
   * quantised.
   *
   * @param tensor checkpoint name
   * @return the initialiser's name
   */
  String table(GraphBuilder graph, String tensor);

  /**
   * Adds {@code y = x W^T + b}.
   *
   * @param output name for y, {@code [rows, out]}
   * @param input name of x, {@code [rows, in]}
   * @param weight checkpoint name of W; dimensions behind the first are taken together as {@code
   *     in}
   * @param bias checkpoint name of b, null for none
   * @return the name of y
   */
  String linear(
      GraphBuilder graph, String output, String input, String weight, @Nullable String bias);

  /** Says whether matrices that read the same input can be multiplied as one. */
  boolean stacks(List<String> matrices);

  /**
   * Adds {@code y = x W^T + b}, where W are several matrices one below the other.
   *
   * @param output name for y, {@code [rows, sum of out]}
   * @param input name of x, {@code [rows, in]}
   * @param matrices checkpoint names, from the top; see {@link #stacks}
   * @param biases checkpoint names of their biases; empty for none
   * @return the name of y
   */
  String stacked(
      GraphBuilder graph, String output, String input, List<String> matrices, List<String> biases);

  /** Returns the name under which a graph holds several tensors as one. */
  static String nameOf(List<String> tensors) {
    return String.join(SEPARATOR, tensors);
  }

  /** Returns the checkpoint names of the tensors that a graph holds under a name. */
  static List<String> tensorsOf(String name) {
    return Splitter.on(SEPARATOR).splitToList(name);
  }
}
