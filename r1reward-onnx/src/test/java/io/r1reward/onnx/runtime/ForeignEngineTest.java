package io.r1reward.onnx.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableSet;
import com.google.common.primitives.Ints;
import io.r1reward.CheckpointException;
import io.r1reward.RewardModel;
import io.r1reward.core.generate.BatchingGenerator;
import io.r1reward.core.generate.Completion;
import io.r1reward.core.generate.DecoderEngine;
import io.r1reward.core.generate.Decoding;
import io.r1reward.core.generate.GenerationRequest;
import io.r1reward.core.generate.Generator;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.testing.Reference;
import io.r1reward.core.testing.ReferenceCase;
import io.r1reward.onnx.TestExports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForeignEngineTest {
  private static final Decoding SAMPLED = new Decoding(1, 0, 1, 0, 1.1, 12, ImmutableSet.of());

  @TempDir Path folder;

  @Test
  void generates_the_reference_tokens_by_votes_of_different_prompts() throws IOException {
    Path foreign = ForeignExport.transformersJs(folder, "");
    ReferenceCase reference = ReferenceCase.of("a-text-only");
    Prompt text = reference.prompts().get(0);
    Prompt shorter = Prompt.ofTokens(Arrays.copyOf(text.tokens(), 20));
    Decoding greedy = Decoding.greedy(24, ImmutableSet.of());

    List<Completion> completions =
        generate(open(foreign), GenerationRequest.of(List.of(text, shorter), 3, greedy, 0));
    List<Completion> alone =
        generate(open(foreign), GenerationRequest.of(List.of(shorter), 1, greedy, 0));

    for (int vote = 0; vote < 3; vote++) {
      assertThat(completions.get(vote).tokens()).isEqualTo(reference.generated("greedy_no_eos", 0));
      assertThat(completions.get(3 + vote).tokens()).isEqualTo(alone.get(0).tokens());
    }
  }

  @Test
  void draws_what_our_own_export_draws() throws IOException {
    Path foreign = ForeignExport.transformersJs(folder, "_q4");
    Path ours = folder.resolve(TestExports.TINY);
    GenerationRequest request =
        GenerationRequest.of(ReferenceCase.of("a-text-only").prompts(), 5, SAMPLED, 11);

    List<Completion> byForeign = generate(open(foreign), request);
    List<Completion> byOurs = generate(() -> OnnxEngine.open(ours, OnnxSettings.cpu()), request);

    assertThat(tokens(byForeign)).isEqualTo(tokens(byOurs)).doesNotHaveDuplicates();
  }

  @Test
  void places_pictures_the_same_inside_and_outside_the_graph() throws IOException {
    Path outside = ForeignExport.transformersJs(folder.resolve("a"), "");
    Path inside = ForeignExport.genai(folder.resolve("b"));
    GenerationRequest request =
        GenerationRequest.of(ReferenceCase.of("d-two-images").prompts(), 2, SAMPLED, 5);

    List<List<Integer>> placed = tokens(generate(open(outside), request));

    assertThat(tokens(generate(open(inside), request))).isEqualTo(placed);
    GenerationRequest otherPicture =
        GenerationRequest.of(ReferenceCase.of("b-one-image-140x196").prompts(), 2, SAMPLED, 5);
    assertThat(tokens(generate(open(inside), otherPicture))).isNotEqualTo(placed);
  }

  @Test
  void opens_as_a_reward_model() throws IOException {
    Path foreign = ForeignExport.genai(folder);

    try (RewardModel model = RewardModel.load(foreign)) {
      assertThat(model.info().engine()).isEqualTo("onnx");
      assertThat(model.info().dtype()).isEqualTo("model");
      assertThat(model.info().parameters()).isEqualTo(418_464);
    }
  }

  @Test
  void refuses_graphs_of_a_model_with_deepstack() throws IOException {
    Path foreign = ForeignExport.genai(folder);
    Files.copy(
        Reference.path(TestExports.QWEN3).resolve("config.json"),
        foreign.resolve("config.json"),
        StandardCopyOption.REPLACE_EXISTING);

    assertThatThrownBy(() -> open(foreign).get())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(
            foreign + ": graphs of qwen3_vl that OnnxExporter did not make are not supported");
  }

  @Test
  void says_which_file_is_missing() throws IOException {
    Path foreign = ForeignExport.transformersJs(folder, "_fp16");
    assertThatThrownBy(() -> open(foreign, Optional.of("q4")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("vision_encoder_q4.onnx is missing");

    Files.delete(foreign.resolve("onnx/embed_tokens_fp16.onnx"));
    assertThatThrownBy(() -> open(foreign).get())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("embed_tokens.onnx is missing, and so is every variant");
  }

  @Test
  void says_what_a_graph_has_instead() throws IOException {
    Path foreign = ForeignExport.transformersJs(folder, "");
    Files.copy(
        foreign.resolve("onnx/embed_tokens.onnx"),
        foreign.resolve("onnx/decoder_model_merged.onnx"),
        StandardCopyOption.REPLACE_EXISTING);

    assertThatThrownBy(() -> open(foreign).get())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("decoder_model_merged.onnx: is another graph than expected")
        .hasMessageContaining("looked for [attention_mask, inputs_embeds,")
        .hasMessageContaining("found [input_ids]");
  }

  private static Supplier<DecoderEngine> open(Path foreign) {
    return () -> open(foreign, Optional.empty());
  }

  private static DecoderEngine open(Path foreign, Optional<String> variant) {
    return ForeignEngine.open(foreign, variant, OnnxSettings.cpu());
  }

  private static List<Completion> generate(
      Supplier<? extends DecoderEngine> engine, GenerationRequest request) {
    try (Generator generator = BatchingGenerator.open(engine, 4, 16)) {
      return generator.generate(request);
    }
  }

  private static List<List<Integer>> tokens(List<Completion> completions) {
    return completions.stream().map(completion -> Ints.asList(completion.tokens())).toList();
  }
}
