package io.r1reward.core.torch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableSet;
import io.r1reward.FinishReason;
import io.r1reward.core.generate.Completion;
import io.r1reward.core.generate.DecodeBatch;
import io.r1reward.core.generate.DecoderEngine.PromptState;
import io.r1reward.core.generate.Decoding;
import io.r1reward.core.generate.Generation;
import io.r1reward.core.generate.GenerationRequest;
import io.r1reward.core.generate.Generator;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.testing.ProcessorDependent;
import io.r1reward.core.testing.Reference;
import io.r1reward.core.testing.ReferenceCase;
import io.r1reward.core.testing.Rounding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Generated tokens against the reference, alone and with everything else in one batch. */
@ProcessorDependent
class GreedyParityTest {

  static Stream<String> cases() {
    return Reference.allCases().stream();
  }

  private static Decoding decoding(double temperature, int topK, double penalty, Set<Integer> end) {
    return new Decoding(temperature, topK, 1, 0, penalty, 24, ImmutableSet.copyOf(end));
  }

  private static Set<Integer> ids(JsonNode node) {
    Set<Integer> ids = new HashSet<>();
    node.forEach(id -> ids.add(id.asInt()));
    return ids;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void every_decoding_setting_gives_the_references_tokens(String name) {
    ReferenceCase reference = ReferenceCase.of(name);
    JsonNode settings = reference.json().get("generation");
    int pad = settings.get("pad_token_id").asInt();
    try (Generator generator = Engines.generator(reference.checkpoint(), "float32", 8)) {
      for (int row = 0; row < reference.prompts().size(); row++) {
        Prompt prompt = reference.prompts().get(row);
        assertThat(tokens(generator, prompt, Decoding.greedy(24, ImmutableSet.of())))
            .as("greedy")
            .isEqualTo(reference.generated("greedy_no_eos", row));
        if (settings.has("greedy_repetition_penalty_1_3")) {
          assertThat(tokens(generator, prompt, decoding(0, 0, 1.3, Set.of())))
              .as("repetition penalty")
              .isEqualTo(penalised(settings, row));
        }
        for (String ending : List.of("greedy_with_eos", "greedy_with_stop_token")) {
          JsonNode setting = settings.get(ending);
          Set<Integer> end = ids(setting.get("eos_token_id"));
          assertThat(tokens(generator, prompt, decoding(0, 0, 1, end)))
              .as(ending)
              .isEqualTo(upToEnd(setting.get("ids").get(row), end, pad));
        }
        JsonNode sampled = settings.get("sample_generation_config_defaults");
        if (sampled == null) {
          continue;
        }
        Set<Integer> end = ids(sampled.get("eos_token_id"));
        for (int seed = 0; seed < 2; seed++) {
          Completion completion =
              generator
                  .generate(
                      GenerationRequest.of(List.of(prompt), 1, decoding(1e-6, 50, 1.05, end), seed))
                  .get(0);
          assertThat(completion.tokens())
              .as("sampled as generation_config.json says, seed " + seed)
              .isEqualTo(upToEnd(sampled.get("ids").get(row), end, pad));
        }
      }
    }
  }

  private static int[] penalised(JsonNode settings, int row) {
    JsonNode setting = settings.get("greedy_repetition_penalty_1_3");
    return Reference.ints((setting.has("ids") ? setting.get("ids") : setting).get(row));
  }

  private static int[] tokens(Generator generator, Prompt prompt, Decoding decoding) {
    return generator
        .generate(GenerationRequest.of(List.of(prompt), 1, decoding, 0))
        .get(0)
        .tokens();
  }

  /** The reference fills rows that have ended with the padding id. */
  private static int[] upToEnd(JsonNode padded, Set<Integer> end, int pad) {
    int[] ids = Reference.ints(padded);
    for (int i = 0; i < ids.length; i++) {
      if (end.contains(ids[i])) {
        assertThat(IntStream.range(i + 1, ids.length).map(j -> ids[j])).allMatch(id -> id == pad);
        return Arrays.copyOf(ids, i + 1);
      }
    }
    return ids;
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen25vl-tiny", "qwen3vl-tiny"})
  void all_prompts_in_one_batch_give_the_same_tokens(String checkpoint) {
    List<ReferenceCase> untied =
        cases()
            .map(ReferenceCase::of)
            .filter(reference -> reference.checkpoint().endsWith(checkpoint))
            .toList();
    assertThat(untied).hasSizeGreaterThan(8);
    try (Generator generator = Engines.generator(untied.get(0).checkpoint(), "float32", 5)) {
      List<Generation> running = new ArrayList<>();
      for (ReferenceCase reference : untied) {
        running.add(
            generator.submit(
                GenerationRequest.of(
                    reference.prompts(), 2, Decoding.greedy(24, ImmutableSet.of()), 0)));
      }
      for (int i = 0; i < untied.size(); i++) {
        for (Completion completion : running.get(i).all().join()) {
          assertThat(completion.tokens())
              .as("%s, prompt %d", untied.get(i), completion.prompt())
              .isEqualTo(untied.get(i).generated("greedy_no_eos", completion.prompt()));
          assertThat(completion.finishReason()).isEqualTo(FinishReason.LENGTH);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void logits_of_each_step_equal_the_references(String name) {
    ReferenceCase reference = ReferenceCase.of(name);
    int vocabulary = reference.config().text().vocabularySize();
    int[] all = IntStream.range(0, vocabulary).toArray();
    float[] expected = reference.expected().floats("generate_logits");
    int steps = (int) reference.expected().shape("generate_logits")[1];
    try (TorchEngine engine = Engines.open(reference.checkpoint(), "float32", "auto");
        DecodeBatch batch = engine.newBatch(4)) {
      List<PromptState> states = engine.prefill(reference.prompts());
      for (PromptState state : states) {
        batch.add(state, Decoding.greedy(8, ImmutableSet.of()), all);
        state.close();
      }
      for (int step = 0; step < steps; step++) {
        float[][] ours = batch.step(new double[batch.rows()]).watched();
        for (int row = 0; row < ours.length; row++) {
          int at = (row * steps + step) * vocabulary;
          float[] logits = Arrays.copyOfRange(expected, at, at + vocabulary);
          double norm = logSumExp(logits);
          double worst = 0;
          for (int i = 0; i < vocabulary; i++) {
            worst = Math.max(worst, Math.abs(ours[row][i] - (logits[i] - norm)));
          }
          // log-probabilities reach further than logits: their size is that of both
          double magnitude = largest(logits) + Math.abs(norm);
          long additions =
              Rounding.decoder(
                  reference.config(),
                  reference.prompts().get(row),
                  reference.config().text().layers(),
                  true);
          assertThat(worst)
              .as("row %d step %d", row, step)
              .isLessThanOrEqualTo(Rounding.bound(additions, magnitude));
        }
      }
    }
  }

  private static double largest(float[] values) {
    double largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  private static double logSumExp(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += Math.exp(value);
    }
    return Math.log(sum);
  }
}
