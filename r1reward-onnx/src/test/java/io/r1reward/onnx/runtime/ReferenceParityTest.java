package io.r1reward.onnx.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.primitives.Floats;
import io.r1reward.core.generate.BatchingGenerator;
import io.r1reward.core.generate.Completion;
import io.r1reward.core.generate.Decoding;
import io.r1reward.core.generate.GenerationRequest;
import io.r1reward.core.generate.Generator;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.generate.VisionInput;
import io.r1reward.core.testing.Reference;
import io.r1reward.core.testing.ReferenceCase;
import io.r1reward.core.testing.ReferenceTensors;
import io.r1reward.onnx.TestExports;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The float32 exports of all checkpoints against the outputs of the public implementation. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReferenceParityTest {
  private static final double LOGITS_WITHIN = 1e-4;
  private static final double VISION_WITHIN = 2e-5;

  @TempDir static Path folder;

  private final Map<String, OnnxEngine> engines = new HashMap<>();

  @BeforeAll
  void open() {
    for (String checkpoint : TestExports.ALL) {
      Path export = TestExports.floats(checkpoint, folder);
      engines.put(checkpoint, OnnxEngine.open(export, OnnxSettings.cpu()));
    }
  }

  @AfterAll
  void close() {
    engines.values().forEach(OnnxEngine::close);
  }

  @ParameterizedTest
  @MethodSource("io.r1reward.core.testing.Reference#allCases")
  void computes_the_reference_logits(String name) {
    ReferenceCase reference = ReferenceCase.of(name);
    for (int row = 0; row < reference.prompts().size(); row++) {
      float[] logits = engine(reference).logits(reference.prompts().get(row));
      float[][] rows = matrix(logits, reference.config().text().vocabularySize());

      assertClose(
          Floats.concat(reference.storedRows("logits", row, rows)),
          Floats.concat(reference.rows("logits", row)),
          LOGITS_WITHIN);
    }
  }

  @ParameterizedTest
  @MethodSource("io.r1reward.core.testing.Reference#allCases")
  void embeds_pictures_and_videos_like_the_reference(String name) {
    ReferenceCase reference = ReferenceCase.of(name);
    ReferenceTensors expected = reference.expected();
    Map<VisionInput.Kind, Integer> offsets = new HashMap<>();
    int media = 0;
    for (Prompt prompt : reference.prompts()) {
      for (VisionInput input : prompt.vision()) {
        float[] features = engine(reference).embed(input);
        String kind = input.kind() == VisionInput.Kind.IMAGE ? "image_" : "video_";
        int deep = reference.config().vision().deepStackBlocks().length();
        int from = offsets.getOrDefault(input.kind(), 0);
        int length = features.length / (1 + deep);
        int width = reference.config().text().hiddenSize();
        for (int part = 0; part <= deep; part++) {
          String tensor = kind + (part == 0 ? "embeds" : "deepstack_" + (part - 1));
          float[] slice = Arrays.copyOfRange(expected.floats(tensor), from, from + length);

          assertClose(part(features, part, deep, width), slice, VISION_WITHIN);
        }
        offsets.put(input.kind(), from + length);
        media++;
      }
    }
    long grids =
        expected.names().stream().filter(each -> each.matches("(image|video)_embeds")).count();
    assertThat(media).isGreaterThanOrEqualTo((int) grids);
  }

  @ParameterizedTest
  @FieldSource("io.r1reward.onnx.TestExports#ALL")
  void generates_the_reference_tokens_alone_and_in_a_ragged_batch(String checkpoint) {
    List<ReferenceCase> cases =
        Reference.allCases().stream()
            .map(ReferenceCase::of)
            .filter(each -> each.json().get("checkpoint").asText().equals(checkpoint))
            .toList();
    try (Generator generator =
        BatchingGenerator.open(
            () -> OnnxEngine.open(folder.resolve(checkpoint), OnnxSettings.cpu()), 4, 64)) {
      Decoding greedy = Decoding.greedy(24, ImmutableSet.of());
      var all = cases.stream().flatMap(each -> each.prompts().stream()).toList();
      List<Completion> together =
          generator.generate(GenerationRequest.of(all, 2, greedy, 0)); // two rows a prompt
      int prompt = 0;
      for (ReferenceCase reference : cases) {
        for (int row = 0; row < reference.prompts().size(); row++) {
          int[] expected = reference.generated("greedy_no_eos", row);
          assertThat(together.get(2 * prompt).tokens())
              .as(reference.toString())
              .isEqualTo(expected);
          assertThat(together.get(2 * prompt + 1).tokens()).isEqualTo(expected);
          Prompt alone = all.get(prompt++);
          assertThat(generator.generate(GenerationRequest.of(List.of(alone), 1, greedy, 0)))
              .singleElement()
              .satisfies(completion -> assertThat(completion.tokens()).isEqualTo(expected));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.r1reward.core.testing.Reference#cases")
  void generates_with_a_repetition_penalty_like_the_reference(String name) {
    ReferenceCase reference = ReferenceCase.of(name);
    OnnxEngine engine = engine(reference);
    Decoding penalised = new Decoding(0, 0, 1, 0, 1.3, 24, ImmutableSet.of());
    var states = engine.prefill(reference.prompts());
    try (var batch = engine.newBatch(states.size())) {
      states.forEach(state -> batch.add(state, penalised, new int[0]));
      ImmutableList.Builder<int[]> steps = ImmutableList.builder();
      for (int i = 0; i < 24; i++) {
        steps.add(batch.step(new double[states.size()]).tokens());
      }
      for (int row = 0; row < states.size(); row++) {
        int at = row;
        assertThat(steps.build().stream().mapToInt(step -> step[at]).toArray())
            .isEqualTo(reference.generated("greedy_repetition_penalty_1_3", row));
      }
    } finally {
      states.forEach(state -> state.close());
    }
  }

  private OnnxEngine engine(ReferenceCase reference) {
    return engines.get(reference.json().get("checkpoint").asText());
  }

  /** Returns one of the parts of each unit, {@code [units, width]} of [units, (1 + deep) width]. */
  private static float[] part(float[] features, int part, int deep, int width) {
    return Floats.concat(
        Arrays.stream(matrix(features, (1 + deep) * width))
            .map(unit -> Arrays.copyOfRange(unit, part * width, (part + 1) * width))
            .toArray(float[][]::new));
  }

  private static float[][] matrix(float[] values, int width) {
    return IntStream.range(0, values.length / width)
        .mapToObj(row -> Arrays.copyOfRange(values, row * width, (row + 1) * width))
        .toArray(float[][]::new);
  }

  static void assertClose(float[] found, float[] expected, double within) {
    assertThat(found).hasSameSizeAs(expected);
    double worst = 0;
    for (int i = 0; i < found.length; i++) {
      double difference = Math.abs((double) found[i] - expected[i]);
      worst = difference > worst || Double.isNaN(difference) ? difference : worst;
    }
    assertThat(worst).isLessThan(within);
  }
}
