package io.r1reward.train.advantage;

import static io.r1reward.train.ReferenceFiles.cases;
import static io.r1reward.train.ReferenceFiles.mask;
import static io.r1reward.train.ReferenceFiles.number;
import static io.r1reward.train.ReferenceFiles.row;
import static io.r1reward.train.ReferenceFiles.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.r1reward.train.advantage.AdvantageNormalisation.Normalised;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The arithmetic of the published code; its results are float32. */
class AdvantageReferenceTest {
  private static final double FLOAT = 1e-6;

  private static void assertClose(double[] actual, double[] expected, String name) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int t = 0; t < expected.length; t++) {
      assertThat(actual[t])
          .as("%s [%d]", name, t)
          .isCloseTo(expected[t], within(FLOAT * Math.max(1, Math.abs(expected[t]))));
    }
  }

  static List<JsonNode> filters() {
    return cases("stable-reinforce/advantage-filter.json");
  }

  @ParameterizedTest
  @MethodSource("filters")
  void released_normalisation_and_filter(JsonNode c) {
    double[][] advantages = rows(c.get("advantages"));
    boolean[][] mask = mask(c.get("action_masks"), advantages);

    Normalised normalised = AdvantageNormalisation.released().normalise(advantages, mask);
    double[][] result = AdvantageFilter.released().apply(normalised);

    double mean = number(c.get("mean"));
    double rstd = number(c.get("rstd"));
    if (Double.isFinite(mean)) {
      assertThat(normalised.mean()).isCloseTo(mean, within(FLOAT * Math.max(1, Math.abs(mean))));
      assertThat(normalised.scale()).isCloseTo(rstd, within(FLOAT * Math.max(1, rstd)));
    } else {
      assertThat(normalised.mean()).isEqualTo(Double.valueOf(mean));
    }
    double[][] expected = rows(c.get("result"));
    for (int i = 0; i < expected.length; i++) {
      assertClose(result[i], expected[i], c.get("name").textValue() + " row " + i);
    }
  }

  static List<JsonNode> kls() {
    return cases("stable-reinforce/approx-kl.json");
  }

  @ParameterizedTest
  @MethodSource("kls")
  void kl_estimates(JsonNode c) {
    double[][] policy = rows(c.get("log_probs"));
    double[][] reference = rows(c.get("log_probs_base"));
    boolean[][] mask = mask(c.get("action_mask"), policy);
    for (KlEstimator estimator : List.of(KlEstimator.K1, KlEstimator.K3)) {
      String name = estimator == KlEstimator.K1 ? "k1" : "k3";
      double[][] kl = estimator.of(policy, reference, mask);
      for (int i = 0; i < kl.length; i++) {
        double[] expected = row(c.get(name).get(i));
        for (int t = 0; t < expected.length; t++) {
          // exp() of a float32 argument near 69 is off by 69 * 2^-24, about 4e-6
          assertThat(kl[i][t])
              .isCloseTo(expected[t], within(1e-5 * Math.max(1, Math.abs(expected[t]))));
        }
      }
      double[] means = KlEstimator.meanPerRollout(kl, mask);
      double[] expected = row(c.get("mean_" + name));
      for (int i = 0; i < means.length; i++) {
        assertThat(means[i])
            .isCloseTo(expected[i], within(1e-5 * Math.max(1, Math.abs(expected[i]))));
      }
    }
  }

  static List<JsonNode> returns() {
    return cases("stable-reinforce/reward-and-returns.json");
  }

  @ParameterizedTest
  @MethodSource("returns")
  void token_rewards_and_returns(JsonNode c) {
    double[][] kl = rows(c.get("kl"));
    boolean[][] mask = mask(c.get("action_mask"), kl);
    JsonNode range = c.get("reward_clip_range");
    RewardClip clip =
        range.isNull()
            ? RewardClip.NONE
            : new RewardClip(range.get(0).doubleValue(), range.get(1).doubleValue());

    double[][] tokenRewards =
        TokenRewards.of(row(c.get("reward")), kl, mask, c.get("kl_coef").doubleValue(), clip);
    double[][] returns = TokenRewards.returns(tokenRewards, mask, c.get("gamma").doubleValue());

    for (int i = 0; i < kl.length; i++) {
      assertClose(returns[i], row(c.get("returns").get(i)), "returns");
      for (int t = 0; t < kl[i].length; t++) {
        if (mask[i][t]) {
          assertThat(tokenRewards[i][t])
              .isCloseTo(c.get("token_reward").get(i).get(t).doubleValue(), within(FLOAT * 10));
        }
      }
    }
  }

  static List<JsonNode> shapings() {
    return cases("stable-reinforce/reward-shaping.json");
  }

  @ParameterizedTest
  @MethodSource("shapings")
  void reward_shaping_within_groups(JsonNode c) {
    double[] rewards = row(c.get("rewards"));
    int samples = c.get("n_samples_per_prompt").intValue();
    int[] groups = new int[rewards.length];
    for (int i = 0; i < groups.length; i++) {
      groups[i] = i / samples;
    }
    RewardShaping shaping =
        switch (c.get("advantage_estimator").textValue()) {
          case "reinforce" -> RewardShaping.none();
          case "rloo" -> RewardShaping.leaveOneOut();
          case "reinforce_baseline" -> RewardShaping.groupMean();
          default -> throw new AssertionError(c);
        };
    assertClose(shaping.shape(rewards, groups), row(c.get("shaped")), "shaped");
  }

  @Test
  void kl_controllers() {
    for (JsonNode c : cases("stable-reinforce/kl-controller.json")) {
      KlController controller =
          c.get("kind").textValue().equals("fixed")
              ? KlController.fixed()
              : KlController.adaptive(
                  c.get("target").doubleValue(), c.get("horizon").doubleValue());
      double coefficient = c.get("init_kl_coef").doubleValue();
      for (JsonNode step : c.get("steps")) {
        coefficient =
            controller.next(
                coefficient, step.get("current").doubleValue(), step.get("n_steps").longValue());
        assertThat(coefficient).isCloseTo(step.get("value").doubleValue(), within(1e-15));
      }
    }
  }

  @Test
  void all_cases_are_there() {
    assertThat(filters()).hasSize(17);
    assertThat(returns()).hasSize(9);
    assertThat(shapings()).hasSize(6);
    assertThat(kls()).hasSizeGreaterThan(4);
  }
}
