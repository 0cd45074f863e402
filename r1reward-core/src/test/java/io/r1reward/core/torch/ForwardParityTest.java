package io.r1reward.core.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.generate.VisionInput;
import io.r1reward.core.model.ModelConfig;
import io.r1reward.core.model.VisionConfig;
import io.r1reward.core.testing.ProcessorDependent;
import io.r1reward.core.testing.Reference;
import io.r1reward.core.testing.ReferenceCase;
import io.r1reward.core.testing.Rounding;
import io.r1reward.core.torch.Prefill.Position;
import io.r1reward.core.torch.jni.Torch;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every stored tensor of the forward pass, in every weight layout, against the reference. */
@ProcessorDependent
class ForwardParityTest {
  static Stream<Arguments> cases() {
    return Reference.allCases().stream()
        .flatMap(name -> layouts(name).stream().map(weights -> Arguments.of(name, weights)));
  }

  /** The second family shares the layouts of the first: two of its cases try them all. */
  private static List<String> layouts(String name) {
    boolean all =
        !name.startsWith("q3-") || name.equals("q3-b-one-image") || name.startsWith("q3-t3-");
    return all ? List.of("mapped", "fused", "packed") : List.of("packed");
  }

  static Stream<Arguments> bfloat16Cases() {
    return cases()
        .filter(
            arguments ->
                ReferenceCase.of((String) arguments.get()[0]).expected().has("logits_bf16_eager"));
  }

  /** One pass over a prompt of a case, everything kept. */
  private static final class Pass {
    final Map<String, float[][]> rows = new HashMap<>();

    Pass(TorchModel model, Prompt prompt, int split) {
      try (NDManager scope = model.manager().newSubManager()) {
        Map<VisionInput, NDArray> vision = new VisionTower(model).encode(prompt.vision(), scope);
        Prefill prefill = new Prefill(model);
        PlacedPrompt placed = PlacedPrompt.of(prompt, model.ropeSettings());
        int last = model.config().text().layers() - 1;
        Prefill.LayerListener keep =
            new Prefill.LayerListener() {
              @Override
              public void onDeepStack(int layer, NDArray hidden) {
                add("decoder_layer_" + layer + "_deepstack", floats(model, hidden));
              }

              @Override
              public void onLayer(int layer, NDArray hidden) {
                add(layer < 0 ? "inputs_embeds" : "decoder_layer_" + layer, floats(model, hidden));
                if (layer == last) {
                  NDArray normed =
                      model
                          .script()
                          .one(
                              scope,
                              "rms_norm",
                              hidden,
                              model.finalNorm(),
                              model.config().text().rmsNormEps());
                  add("final_norm", floats(model, normed));
                  NDArray logits =
                      model
                          .script()
                          .one(
                              scope,
                              "head",
                              hidden,
                              model.finalNorm(),
                              model.head(),
                              model.config().text().rmsNormEps(),
                              model.config().text().vocabularySize());
                  add("logits", floats(model, logits));
                }
              }
            };
        Position position = prefill.start(scope);
        if (split > 0) {
          position = prefill.read(placed, 0, split, position, vision, scope, keep);
        }
        prefill.read(placed, split, prompt.length(), position, vision, scope, keep);
      }
    }

    private void add(String name, float[][] values) {
      rows.merge(
          name,
          values,
          (a, b) -> Stream.concat(Arrays.stream(a), Arrays.stream(b)).toArray(float[][]::new));
    }
  }

  private static float[][] floats(TorchModel model, NDArray array) {
    try (NDManager scope = model.manager().newSubManager()) {
      float[] flat = model.script().one(scope, "as_float", array).toFloatArray();
      int width = (int) array.getShape().get(array.getShape().dimension() - 1);
      float[][] rows = new float[flat.length / width][];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = Arrays.copyOfRange(flat, i * width, (i + 1) * width);
      }
      return rows;
    }
  }

  private static TorchModel model(ReferenceCase reference, String dtype, String weights) {
    Torch.prepareThread(1);
    return TorchModel.load(
        reference.checkpoint(), TorchSettings.of(Engines.DEVICE, dtype, weights, 1));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void every_layer_equals_the_reference(String name, String weights) {
    ReferenceCase reference = ReferenceCase.of(name);
    try (TorchModel model = model(reference, "float32", weights)) {
      for (int row = 0; row < reference.prompts().size(); row++) {
        Prompt prompt = reference.prompts().get(row);
        // in one piece, and behind a cache that holds the first third
        for (int split : new int[] {0, prompt.length() / 3}) {
          Pass pass = new Pass(model, prompt, split);
          long layers =
              reference.expected().names().stream()
                  .filter(tensor -> tensor.matches("decoder_layer_\\d+"))
                  .count();
          assertThat(layers).isEqualTo(model.config().text().layers());
          for (String tensor : reference.expected().names()) {
            if (tensor.startsWith("decoder_layer_")) {
              // where a chunk has no pictures nothing is added
              assertThat(pass.rows.containsKey(tensor) || split > 0).as(tensor).isTrue();
            }
          }
          for (Map.Entry<String, float[][]> tensor : pass.rows.entrySet()) {
            if (!reference.expected().has(tensor.getKey())) {
              continue; // the newer set stores the details of some cases alone
            }
            float[][] ours = reference.storedRows(tensor.getKey(), row, tensor.getValue());
            if (tensor.getKey().endsWith("_deepstack") && ours.length < prompt.length()) {
              continue; // heard for the chunk with pictures alone
            }
            assertClose(
                ours,
                reference.rows(tensor.getKey(), row),
                additions(tensor.getKey(), model.config(), prompt),
                tensor.getKey() + " of row " + row + ", split " + split);
          }
        }
      }
    }
  }

  /** Additions on the way to a stored tensor; none lead to the embedding of a text. */
  private static long additions(String tensor, ModelConfig config, Prompt prompt) {
    int layers = config.text().layers();
    return switch (tensor) {
      case "inputs_embeds" -> Rounding.decoder(config, prompt, 0, false);
      case "logits", "final_norm" -> Rounding.decoder(config, prompt, layers, true);
      default -> {
        int layer =
            Integer.parseInt(tensor.substring("decoder_layer_".length()).replace("_deepstack", ""));
        yield Rounding.decoder(config, prompt, layer + 1, false);
      }
    };
  }

  @ParameterizedTest
  @MethodSource("cases")
  void vision_embeddings_equal_the_reference(String name, String weights) {
    ReferenceCase reference = ReferenceCase.of(name);
    List<VisionInput> media =
        reference.prompts().stream().flatMap(prompt -> prompt.vision().stream()).toList();
    assertThat(media.isEmpty()).isEqualTo(name.contains("text"));
    try (TorchModel model = model(reference, "float32", weights);
        NDManager scope = model.manager().newSubManager()) {
      Map<VisionInput, NDArray> embeddings = new VisionTower(model).encode(media, scope);
      for (VisionInput.Kind kind : VisionInput.Kind.values()) {
        float[][] ours =
            media.stream()
                .filter(input -> input.kind() == kind)
                .flatMap(input -> Arrays.stream(floats(model, embeddings.get(input))))
                .toArray(float[][]::new);
        if (ours.length > 0) {
          String prefix = kind == VisionInput.Kind.IMAGE ? "image_" : "video_";
          int patches = media.stream().mapToInt(Rounding::patches).max().orElseThrow();
          VisionConfig config = model.config().vision();
          long additions = Rounding.vision(config, patches, config.depth(), true);
          int width = config.outHiddenSize();
          assertThat(ours[0]).hasSize(width * (1 + config.deepStackBlocks().length()));
          assertClose(
              columns(ours, 0, width), matrix(reference, prefix + "embeds"), additions, prefix);
          for (int k = 0; k < config.deepStackBlocks().length(); k++) {
            String tensor = prefix + "deepstack_" + k;
            assertClose(columns(ours, 1 + k, width), matrix(reference, tensor), additions, tensor);
          }
        }
      }
    }
  }

  /**
   * Rounding to bfloat16 in other places gives other errors of the same size. The reference's own
   * are stored, and tell that size at every position. An error at a position is one of the hidden
   * state, in C directions, so that
   *
   * <ul>
   *   <li>the root of the mean square over T positions is known to {@code 1 / sqrt(2 T C)} of
   *       itself, the quotient of ours and theirs to {@code 1 / sqrt(T C)}; four times that is
   *       allowed;
   *   <li>a single logit's error lies within {@code sqrt(2 ln(T V))} standard deviations of its
   *       position (the largest of T V normal numbers), which are known to {@code 1 / sqrt(C)}, of
   *       which four times is allowed, and one step of the logits' own grid: 2^-7 of the power of
   *       two below the largest.
   * </ul>
   */
  @ParameterizedTest
  @MethodSource("bfloat16Cases")
  void bfloat16_stays_within_the_references_own_error(String name, String weights) {
    bfloat16Error(name, weights);
  }

  /** Several prompts together are known better than one. */
  @Test
  void bfloat16_of_the_newer_set_is_as_exact_as_the_references() {
    List<String> names =
        Reference.qwen3Cases().stream()
            .filter(name -> ReferenceCase.of(name).expected().has("logits_bf16_eager"))
            .toList();
    double sum = 0;
    double width = 0;
    for (String name : names) {
      double[] error = bfloat16Error(name, "mapped");
      sum += error[0] / names.size();
      width += error[1];
    }
    assertThat(names).hasSizeGreaterThan(4);
    assertThat(Math.sqrt(sum)).isLessThanOrEqualTo(1 + 4 / Math.sqrt(width));
  }

  /** Returns the mean square over the reference's own, and the width of a hidden state. */
  private static double[] bfloat16Error(String name, String weights) {
    ReferenceCase reference = ReferenceCase.of(name);
    double largest = reference.json().get("calibration").get("logits_max_abs").asDouble();
    double step = Math.scalb(1.0, Math.getExponent(largest) - 7);
    double ourSquares = 0;
    double theirSquares = 0;
    long positions = 0;
    int width;
    try (TorchModel model = model(reference, "bfloat16", weights)) {
      width = model.config().text().hiddenSize();
      for (int row = 0; row < reference.prompts().size(); row++) {
        Prompt prompt = reference.prompts().get(row);
        float[][] all = new Pass(model, prompt, 0).rows.get("logits");
        float[][] theirs = reference.rows("logits_bf16_eager", row);
        float[][] exact = last(reference.rows("logits", row), theirs.length);
        float[][] ours = last(reference.storedRows("logits", row, all), theirs.length);
        for (int i = 0; i < ours.length; i++) {
          double own = squares(ours[i], exact[i]);
          double theirOwn = squares(theirs[i], exact[i]);
          double deviation = Math.sqrt(theirOwn / ours[i].length);
          double most = Math.sqrt(2 * Math.log((double) ours.length * ours[i].length));
          for (int j = 0; j < ours[i].length; j++) {
            assertThat((double) Math.abs(ours[i][j] - exact[i][j]))
                .as("logit %d of position %d", j, i)
                .isLessThanOrEqualTo(most * deviation * (1 + 4 / Math.sqrt(width)) + step);
          }
          ourSquares += own;
          theirSquares += theirOwn;
        }
        // the newer set stores the last eight positions alone: they see the same pictures and
        // nearly the same text, share its errors, and count as one
        positions += theirs.length == prompt.length() ? theirs.length : 1;
      }
    }
    assertThat(Math.sqrt(ourSquares / theirSquares))
        .as("root mean square over the reference's own")
        .isLessThanOrEqualTo(1 + 4 / Math.sqrt((double) positions * width));
    return new double[] {ourSquares / theirSquares, width};
  }

  private static float[][] last(float[][] rows, int count) {
    return Arrays.copyOfRange(rows, rows.length - count, rows.length);
  }

  private static double squares(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      double difference = (double) a[i] - b[i];
      sum += difference * difference;
    }
    return sum;
  }

  /** The k-th of blocks of columns. */
  private static float[][] columns(float[][] rows, int k, int width) {
    return Arrays.stream(rows)
        .map(row -> Arrays.copyOfRange(row, k * width, (k + 1) * width))
        .toArray(float[][]::new);
  }

  private static float[][] matrix(ReferenceCase reference, String tensor) {
    int width = (int) reference.expected().shape(tensor)[1];
    float[] flat = reference.expected().floats(tensor);
    float[][] rows = new float[flat.length / width][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Arrays.copyOfRange(flat, i * width, (i + 1) * width);
    }
    return rows;
  }

  private static void assertClose(float[][] ours, float[][] theirs, long additions, String what) {
    assertThat(ours.length).as("rows of " + what).isEqualTo(theirs.length);
    double worst = 0;
    double magnitude = 0;
    for (int i = 0; i < ours.length; i++) {
      assertThat(ours[i].length).isEqualTo(theirs[i].length);
      for (int j = 0; j < ours[i].length; j++) {
        double difference = Math.abs(ours[i][j] - theirs[i][j]);
        worst = difference <= worst ? worst : difference; // NaN counts as worst
        magnitude = Math.max(magnitude, Math.abs(theirs[i][j]));
      }
    }
    assertThat(worst)
        .as("largest difference in " + what)
        .isLessThanOrEqualTo(Rounding.bound(additions, magnitude));
  }
}
