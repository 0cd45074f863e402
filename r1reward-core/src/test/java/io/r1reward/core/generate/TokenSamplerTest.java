package io.r1reward.core.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.common.collect.ImmutableSet;
import io.r1reward.EngineException;
import io.r1reward.InvalidInputException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TokenSamplerTest {
  private static final int VOCABULARY = 3001; // not a multiple of the block
  private static final int[] NONE = {};

  private final TokenSampler sampler = new TokenSampler(VOCABULARY);
  private final SeenTokens nothing = SeenTokens.of(VOCABULARY, NONE);

  private static Decoding sampled(double temperature, int topK, double topP, double minP) {
    return new Decoding(temperature, topK, topP, minP, 1, 1, ImmutableSet.of());
  }

  private static float[] randomLogits(long seed) {
    Random random = new Random(seed);
    float[] logits = new float[VOCABULARY];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) (4 * random.nextGaussian());
    }
    return logits;
  }

  /** Softmax, cumulated in the order of ids, in float64 with the library's own exponential. */
  private static int inverseCdf(float[] scores, double uniform) {
    double max = Double.NEGATIVE_INFINITY;
    for (float score : scores) {
      max = Math.max(max, score);
    }
    double total = 0;
    for (float score : scores) {
      total += Math.exp(score - max);
    }
    double cumulated = 0;
    int id = 0;
    while (true) {
      cumulated += Math.exp(scores[id] - max);
      if (cumulated > uniform * total) {
        return id;
      }
      id++;
    }
  }

  @Test
  void draws_over_the_whole_vocabulary_by_inverse_cdf() {
    Random random = new Random(5);
    for (int i = 0; i < 500; i++) {
      float[] logits = randomLogits(i);
      double uniform = random.nextDouble();
      assertThat(sampler.sample(logits, 0, nothing, sampled(1, 0, 1, 0), uniform, NONE).token())
          .isEqualTo(inverseCdf(logits, uniform));
    }
  }

  @Test
  void draws_from_filtered_scores_by_inverse_cdf() {
    Random random = new Random(6);
    for (int i = 0; i < 300; i++) {
      float[] logits = randomLogits(i);
      Decoding decoding =
          sampled(0.3 + random.nextDouble(), random.nextInt(80), 0.5 + random.nextDouble() / 2, 0);
      double uniform = random.nextDouble();
      float[] scores = sampler.processed(logits, 0, nothing, decoding);
      assertThat(sampler.sample(logits, 0, nothing, decoding, uniform, NONE).token())
          .isEqualTo(inverseCdf(scores, uniform));
    }
  }

  @Test
  void top_p_over_the_whole_vocabulary_keeps_what_a_full_sort_keeps() {
    for (int i = 0; i < 50; i++) {
      float[] logits = randomLogits(i);
      double p = 0.05 + 0.019 * i;
      float[] actual = sampler.processed(logits, 0, nothing, sampled(1, 0, p, 0));

      Integer[] order = new Integer[VOCABULARY];
      Arrays.setAll(order, id -> id);
      Arrays.sort(order, (a, b) -> Float.compare(logits[b], logits[a]));
      double total = 0;
      for (float logit : logits) {
        total += Math.exp(logit);
      }
      double above = 0;
      for (int id : order) {
        // kept while the more likely tokens do not yet reach p
        boolean kept = above < p * total;
        assertThat(actual[id] != Float.NEGATIVE_INFINITY).isEqualTo(kept);
        above += Math.exp(logits[id]);
      }
    }
  }

  @Test
  void top_p_keeps_the_lowest_ids_of_equal_scores() {
    float[] logits = new float[VOCABULARY];
    Arrays.fill(logits, 1f);
    float[] scores = sampler.processed(logits, 0, nothing, sampled(1, 4, 1, 0));
    assertThat(scores).isEqualTo(logits); // ties at the k-th are all kept

    // 3001 equal tokens, p = 0.001: 3.001 tokens' worth, so four are kept
    scores = sampler.processed(logits, 0, nothing, sampled(1, 0, 0.001, 0));
    for (int id = 0; id < VOCABULARY; id++) {
      assertThat(scores[id] == 1f).isEqualTo(id < 4);
    }
  }

  @Test
  void min_p_drops_what_is_less_likely_than_its_share_of_the_best() {
    TokenSampler small = new TokenSampler(4);
    SeenTokens seen = SeenTokens.of(4, NONE);
    // ratios to the best: 1, e^-1 = 0.368, e^-2 = 0.135, e^-3 = 0.0498
    float[] logits = {3, 2, 1, 0};
    float none = Float.NEGATIVE_INFINITY;
    assertThat(small.processed(logits, 0, seen, sampled(1, 0, 1, 0.13)))
        .containsExactly(3, 2, 1, none);
    assertThat(small.processed(logits, 0, seen, sampled(1, 0, 1, 0.14)))
        .containsExactly(3, 2, none, none);
    assertThat(small.processed(logits, 0, seen, sampled(1, 0, 1, 1)))
        .containsExactly(3, none, none, none);
    // at temperature 0.5 the ratios are squared: 1, 0.135, 0.0183, 0.0025
    assertThat(small.processed(logits, 0, seen, sampled(0.5, 0, 1, 0.13)))
        .containsExactly(6, 4, none, none);
  }

  @Test
  void greedy_takes_the_lowest_id_among_equals_after_the_penalty() {
    TokenSampler small = new TokenSampler(5);
    float[] logits = {-4, 3, 2, 2, -1};
    Decoding plain = Decoding.greedy(1, ImmutableSet.of());
    Decoding penalised = new Decoding(0, 0, 1, 0, 2, 1, ImmutableSet.of());
    assertThat(small.sample(logits, 0, SeenTokens.of(5, NONE), plain, 0.9, NONE).token())
        .isEqualTo(1);
    // 3 / 2 = 1.5 falls behind the two 2s; ids that come twice are penalised once
    int[] seen = {1, 1, 1, 4};
    assertThat(small.sample(logits, 0, SeenTokens.of(5, seen), penalised, 0.9, NONE).token())
        .isEqualTo(2);
    assertThat(small.processed(logits, 0, SeenTokens.of(5, seen), penalised))
        .containsExactly(-4, 1.5f, 2, 2, -2);
  }

  @Test
  void finds_a_row_by_its_offset() {
    float[] rows = new float[3 * VOCABULARY];
    for (int row = 0; row < 3; row++) {
      System.arraycopy(randomLogits(row), 0, rows, row * VOCABULARY, VOCABULARY);
    }
    for (Decoding decoding :
        new Decoding[] {sampled(1, 0, 1, 0), sampled(1, 50, 1, 0), sampled(0, 0, 1, 0)}) {
      for (int row = 0; row < 3; row++) {
        TokenSampler.Choice alone =
            sampler.sample(randomLogits(row), 0, nothing, decoding, 0.7, new int[] {9});
        TokenSampler.Choice among =
            sampler.sample(rows, row * VOCABULARY, nothing, decoding, 0.7, new int[] {9});
        assertThat(among.token()).isEqualTo(alone.token());
        assertThat(among.logProbability()).isEqualTo(alone.logProbability());
        assertThat(among.watched()).isEqualTo(alone.watched());
      }
    }
  }

  @Test
  void never_draws_a_token_of_no_probability() {
    float[] logits = new float[VOCABULARY];
    Arrays.fill(logits, Float.NEGATIVE_INFINITY);
    logits[1000] = 0;
    logits[2000] = 0;
    for (Decoding decoding : new Decoding[] {sampled(1, 0, 1, 0), sampled(1, 50, 0.9, 0.1)}) {
      double largest = Math.nextDown(1.0);
      assertThat(sampler.sample(logits, 0, nothing, decoding, 0, NONE).token()).isEqualTo(1000);
      assertThat(sampler.sample(logits, 0, nothing, decoding, 0.49, NONE).token()).isEqualTo(1000);
      assertThat(sampler.sample(logits, 0, nothing, decoding, 0.51, NONE).token()).isEqualTo(2000);
      assertThat(sampler.sample(logits, 0, nothing, decoding, largest, NONE).token())
          .isEqualTo(2000);
    }
  }

  @Test
  void a_temperature_beyond_float32_is_greedy() {
    float[] logits = randomLogits(3);
    int best = sampler.sample(logits, 0, nothing, sampled(0, 0, 1, 0), 0, NONE).token();
    for (double temperature : new double[] {1e-6, 1e-39, 1e-300}) {
      Decoding decoding = sampled(temperature, 50, 1, 0);
      assertThat(sampler.sample(logits, 0, nothing, decoding, 0.99, NONE).token()).isEqualTo(best);
    }
  }

  @Test
  void log_probability_is_accurate_over_a_wide_range() {
    float[] logits = new float[VOCABULARY];
    for (int i = 0; i < VOCABULARY; i++) {
      logits[i] = -i * 0.05f; // down to -150
    }
    // geometric series: sum of q^i with q = e^-0.05, and q^3001 is nothing
    double logSum = -Math.log1p(-Math.exp(-0.05f));
    TokenSampler.Choice choice =
        sampler.sample(logits, 0, nothing, sampled(0, 0, 1, 0), 0, new int[] {0, 100, 3000});
    assertThat(choice.logProbability()).isCloseTo((float) -logSum, within(2e-6f));
    assertThat(choice.watched()[1]).isCloseTo((float) (logits[100] - logSum), within(2e-6f));
    assertThat(choice.watched()[2]).isCloseTo((float) (logits[3000] - logSum), within(2e-5f));
  }

  @Test
  void refuses_logits_that_are_not_numbers_by_name() {
    for (float wrong : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      for (int at : new int[] {0, 777, VOCABULARY - 1}) {
        float[] logits = randomLogits(1);
        logits[at] = wrong;
        assertThatThrownBy(
                () -> sampler.sample(logits, 0, nothing, sampled(1, 50, 1, 0), 0.5, NONE))
            .isInstanceOf(EngineException.class)
            .hasMessage("the model computed " + wrong + " as logit " + at + " of 3001");
      }
    }
    float[] logits = new float[VOCABULARY];
    Arrays.fill(logits, Float.NEGATIVE_INFINITY);
    assertThatThrownBy(() -> sampler.sample(logits, 0, nothing, sampled(1, 0, 1, 0), 0.5, NONE))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("negative infinity for all of 3001");
  }

  @Test
  void decoding_refuses_values_out_of_range() {
    assertThatThrownBy(() -> sampled(-1, 0, 1, 0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("temperature must be in [0, inf), got -1.0");
    assertThatThrownBy(() -> sampled(1, -1, 1, 0)).hasMessageContaining("topK");
    assertThatThrownBy(() -> sampled(1, 0, 0, 0)).hasMessageContaining("topP");
    assertThatThrownBy(() -> sampled(1, 0, 1, 1.5)).hasMessageContaining("minP");
    assertThatThrownBy(() -> Decoding.greedy(0, ImmutableSet.of()))
        .hasMessage("maxNewTokens must be in [1, inf), got 0");
  }

  @Test
  void tempered_log_probabilities_are_those_of_the_logits_divided_by_the_temperature() {
    float[] logits = {0, 1, 2, 3};
    int[] all = {0, 1, 2, 3};
    Decoding tempered = new Decoding(0.5, 0, 1, 0, 1, 1, ImmutableSet.of(), true);
    TokenSampler.Choice choice =
        new TokenSampler(4).sample(logits, 0, SeenTokens.of(4, new int[0]), tempered, 0.999, all);
    // logits 0, 2, 4, 6: the last has 6 - ln(1 + e^2 + e^4 + e^6)
    double logSum = Math.log(1 + Math.exp(2) + Math.exp(4) + Math.exp(6));
    assertThat(choice.token()).isEqualTo(3);
    assertThat((double) choice.logProbability()).isCloseTo(6 - logSum, within(1e-6));
    assertThat((double) choice.watched()[1]).isCloseTo(2 - logSum, within(1e-6));
    assertThat(Decoding.greedy(1, ImmutableSet.of()).reportedTemperature()).isEqualTo(1);
  }
}
