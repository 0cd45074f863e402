package io.r1reward.onnx.runtime;

import ai.onnxruntime.OrtSession;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import io.r1reward.CheckpointException;
import io.r1reward.core.model.ModelConfig;
import io.r1reward.onnx.graph.VisionGraph;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/**
 * The inputs and outputs by which a graph is recognised.
 *
 * @param inputs names
 * @param outputs names
 */
record GraphNames(ImmutableSet<String> inputs, ImmutableSet<String> outputs) {

  /** Those of our vision tower. */
  static GraphNames vision(VisionGraph graph) {
    return new GraphNames(
        ImmutableSet.<String>builder()
            .add("pixel_values", "cos", "sin", "frames")
            .addAll(graph.layoutInputs())
            .build(),
        ImmutableSet.of("image_features"));
  }

  /** Those of our decoder. */
  static GraphNames decoder(ModelConfig config) {
    ImmutableSet.Builder<String> inputs =
        ImmutableSet.<String>builder()
            .add("inputs_embeds", "cos", "sin", "seqlens_k", "total_sequence_length", "logit_rows");
    if (!config.vision().deepStackBlocks().isEmpty()) {
      inputs.add("deepstack", "deepstack_rows");
    }
    return withCache(config.text().layers(), inputs.build());
  }

  /** Those of a decoder with a cache for each layer. */
  static GraphNames withCache(int layers, Set<String> otherInputs) {
    ImmutableSet.Builder<String> inputs = ImmutableSet.<String>builder().addAll(otherInputs);
    ImmutableSet.Builder<String> outputs = ImmutableSet.<String>builder().add("logits");
    for (int layer = 0; layer < layers; layer++) {
      for (String part : new String[] {".key", ".value"}) {
        inputs.add("past_key_values." + layer + part);
        outputs.add("present." + layer + part);
      }
    }
    return new GraphNames(inputs.build(), outputs.build());
  }

  /**
   * Checks a session.
   *
   * @throws CheckpointException naming what was looked for and what was found
   */
  static void check(Path graph, OrtSession session, GraphNames wanted) {
    boolean fits =
        session.getInputNames().equals(wanted.inputs)
            && session.getOutputNames().containsAll(wanted.outputs);
    if (!fits) {
      throw new CheckpointException(
          graph
              + ": is another graph than expected; "
              + difference("inputs", wanted.inputs, session.getInputNames())
              + "; "
              + difference("outputs", wanted.outputs, session.getOutputNames()));
    }
  }

  private static String difference(String what, Set<String> wanted, Set<String> found) {
    return what
        + " looked for "
        + shortened(wanted)
        + ", found "
        + shortened(found)
        + ", missing "
        + shortened(Sets.difference(wanted, found));
  }

  private static String shortened(Set<String> names) {
    TreeSet<String> sorted = new TreeSet<>(names);
    return sorted.size() <= 12
        ? sorted.toString()
        : sorted.stream().limit(12).toList() + " and " + (sorted.size() - 12) + " more";
  }
}
