package io.r1reward.onnx.graph;

import org.jspecify.annotations.Nullable;

/**
 * The weights of a graph under construction: decides their number format, puts their bytes where
 * the graph finds them, and adds what the graph needs to use them. Tensors go by their names in the
 * Hugging Face checkpoint.
 */
public interface Weights {

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
}
