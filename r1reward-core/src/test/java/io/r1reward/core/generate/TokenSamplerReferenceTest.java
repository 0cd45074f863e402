package io.r1reward.core.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.ImmutableSet;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares with the processed scores and probabilities of the Hugging Face warpers. */
class TokenSamplerReferenceTest {
  private static final int DRAWS = 2000;

  /** One row of one case. */
  record Case(String name, JsonNode json, int row) {
    @Override
    public String toString() {
      return name;
    }

    private static float number(JsonNode node) {
      return node.isTextual() ? Float.parseFloat(node.asText()) : (float) node.asDouble();
    }

    static float[] floats(JsonNode array) {
      float[] values = new float[array.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = number(array.get(i));
      }
      return values;
    }

    /** The logits, behind the one processor this library leaves out (minimum new tokens). */
    float[] logits() {
      for (JsonNode stage : json.get("stages")) {
        if (stage.get("step").asText().startsWith("MinNewTokens")) {
          return floats(stage.get("scores").get(row));
        }
      }
      return floats(json.get("logits").get(row));
    }

    float[] scores() {
      JsonNode stages = json.get("stages");
      return stages.isEmpty()
          ? logits()
          : floats(stages.get(stages.size() - 1).get("scores").get(row));
    }

    float[] probabilities() {
      return floats(json.get("probabilities").get(row));
    }

    SeenTokens seen() {
      int[] ids = new int[json.get("context_ids").get(row).size()];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = json.get("context_ids").get(row).get(i).asInt();
      }
      return SeenTokens.of(24, ids);
    }

    Decoding decoding() {
      JsonNode options = json.get("options");
      return new Decoding(
          options.path("temperature").asDouble(1),
          options.path("top_k").asInt(50),
          options.path("top_p").asDouble(1),
          0,
          options.path("repetition_penalty").asDouble(1),
          1,
          ImmutableSet.of());
    }
  }

  static List<Case> cases() throws IOException {
    try (InputStream in =
        TokenSamplerReferenceTest.class.getResourceAsStream("/reference/sampling/warpers.json")) {
      List<Case> cases = new ArrayList<>();
      for (JsonNode json : new ObjectMapper().readTree(in)) {
        for (int row = 0; row < json.get("logits").size(); row++) {
          cases.add(new Case(json.get("index") + "." + row + " " + json.get("options"), json, row));
        }
      }
      assertThat(cases).hasSize(32);
      return cases;
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void processed_scores_equal_the_reference(Case example) {
    float[] expected = example.scores();
    float[] actual =
        new TokenSampler(24).processed(example.logits(), 0, example.seen(), example.decoding());
    if (hasTies(expected, example.logits())) {
      // which of equal scores are dropped is not specified: their number and value are
      assertThat(sorted(actual)).isEqualTo(sorted(expected));
    } else {
      assertThat(actual).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void drawn_shares_equal_the_probabilities(Case example) {
    TokenSampler sampler = new TokenSampler(24);
    float[] logits = example.logits();
    int[] drawn = new int[24];
    for (int i = 0; i < DRAWS; i++) {
      double uniform = (i + 0.5) / DRAWS; // evenly spaced: shares are exact to one draw each side
      drawn[
          sampler
              .sample(logits, 0, example.seen(), example.decoding(), uniform, new int[0])
              .token()]++;
    }
    float[] probabilities = example.probabilities();
    if (hasTies(example.scores(), logits)) {
      assertThat(sortedShares(drawn)[23])
          .isCloseTo(sorted(probabilities)[23], within(1.01f / DRAWS));
      return;
    }
    for (int id = 0; id < 24; id++) {
      assertThat((float) drawn[id] / DRAWS).isCloseTo(probabilities[id], within(1.01f / DRAWS));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void log_probabilities_are_those_of_the_logits_as_they_came(Case example) {
    float[] logits = example.logits();
    float[] before = logits.clone();
    int[] all = new int[24];
    double sum = 0;
    for (int id = 0; id < 24; id++) {
      all[id] = id;
      sum += Math.exp(logits[id]);
    }
    TokenSampler.Choice choice =
        new TokenSampler(24).sample(logits, 0, example.seen(), example.decoding(), 0.4, all);
    for (int id = 0; id < 24; id++) {
      if (logits[id] == Float.NEGATIVE_INFINITY) {
        assertThat(choice.watched()[id]).isEqualTo(Float.NEGATIVE_INFINITY);
      } else {
        assertThat(choice.watched()[id])
            .isCloseTo((float) (logits[id] - Math.log(sum)), within(1e-5f));
      }
    }
    assertThat(choice.logProbability()).isEqualTo(choice.watched()[choice.token()]);
    assertThat(logits).isEqualTo(before);
  }

  /** Whether scores that were dropped equal some that were kept. */
  private static boolean hasTies(float[] scores, float[] logits) {
    for (int i = 0; i < 24; i++) {
      for (int j = 0; j < 24; j++) {
        if (logits[i] == logits[j]
            && scores[i] == Float.NEGATIVE_INFINITY
            && scores[j] != Float.NEGATIVE_INFINITY) {
          return true;
        }
      }
    }
    return false;
  }

  private static float[] sorted(float[] values) {
    float[] copy = values.clone();
    java.util.Arrays.sort(copy);
    return copy;
  }

  private static float[] sortedShares(int[] drawn) {
    float[] shares = new float[drawn.length];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = (float) drawn[i] / DRAWS;
    }
    return sorted(shares);
  }
}
