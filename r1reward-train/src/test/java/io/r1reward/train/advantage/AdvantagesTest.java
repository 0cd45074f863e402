package io.r1reward.train.advantage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdvantagesTest {

  private static RolloutScores oneTokenEach(double... rewards) {
    int[] lengths = new int[rewards.length];
    Arrays.fill(lengths, 1);
    return RolloutScores.of(rewards, new int[rewards.length], Ragged.fullMask(lengths));
  }

  @Test
  void paper_example_filters_the_outlier_and_keeps_the_255() {
    double[] rewards = new double[256];
    Arrays.fill(rewards, 1);
    rewards[17] = 0;
    // mean 255/256, variance 255/256², so (0 − 255/256) / (√255/256) = −√255 = −15.97
    double[][] plain =
        Advantages.reinforce().normalised().estimate(oneTokenEach(rewards)).advantages();
    assertThat(plain[17][0]).isCloseTo(-15.96, within(0.02));

    AdvantageEstimate filtered = Advantages.stableReinforce().estimate(oneTokenEach(rewards));
    assertThat(filtered.advantages()[17][0]).isZero();
    assertThat(filtered.advantages()[0][0]).isCloseTo(1 / Math.sqrt(255), within(1e-6));
    assertThat(filtered.filteredShare()).isCloseTo(1.0 / 256, within(1e-12));
  }

  @Test
  void filter_keeps_three_sigma_itself_and_drops_what_is_not_a_number() {
    AdvantageFilter filter = AdvantageFilter.sigma(3);
    AdvantageNormalisation.Normalised batch =
        new AdvantageNormalisation.Normalised(
            new double[][] {{3, -3, 3.0001, -3.0001, Double.NaN, Double.POSITIVE_INFINITY, 0.5}},
            Ragged.fullMask(7),
            100,
            1);
    assertThat(filter.apply(batch)[0]).containsExactly(3, -3, 0, 0, 0, 0, 0.5);
    // the mean of the raw advantages plays no part, unlike in the released code
    assertThat(AdvantageFilter.released().apply(batch)[0]).containsOnly(0.0);
    assertThat(filter.filteredShare(batch)).isCloseTo(4.0 / 7, within(1e-12));
  }

  @Test
  void all_equal_rewards_give_no_advantage() {
    double[][] advantages =
        Advantages.stableReinforce().estimate(oneTokenEach(1.5, 1.5, 1.5)).advantages();
    for (double[] row : advantages) {
      assertThat(row).containsOnly(0.0);
    }
  }

  /** 0.7 is no dyadic fraction, so its sums are rounded: 8 times 500 of them have another mean. */
  @Test
  void rewards_that_are_equal_but_for_rounding_give_no_advantage() {
    double[] rewards = new double[8];
    Arrays.fill(rewards, 0.7);
    rewards[3] = 0.1 + 0.2 + 0.4; // 0.7000000000000001
    int[] lengths = new int[8];
    Arrays.fill(lengths, 500);
    RolloutScores scores = RolloutScores.of(rewards, new int[8], Ragged.fullMask(lengths));
    for (Advantages estimator :
        List.of(
            Advantages.reinforce().normalised(),
            Advantages.stableReinforce(),
            Advantages.reinforceBaseline(),
            Advantages.rloo(),
            Advantages.grpo(),
            Advantages.drGrpo())) {
      for (double[] row : estimator.estimate(scores).advantages()) {
        assertThat(row).as(estimator.toString()).containsOnly(0.0);
      }
    }
    assertThat(DynamicSampling.informative(rewards, new int[8])).containsOnly(false);
    assertThat(DynamicSampling.shareWithoutSignal(rewards, new int[8])).isEqualTo(1);
  }

  @Test
  void small_differences_beyond_rounding_stay_a_signal() {
    // deviation 1e-5 of a mean of 1: ten times what counts as rounding
    double[] advantages =
        column(Advantages.reinforce().normalised(), oneTokenEach(1 - 1e-5, 1 + 1e-5));
    assertThat(advantages[1]).isCloseTo(1 / (1 + 1e-8 / 1e-5), within(1e-9));
    assertThat(DynamicSampling.informative(new double[] {1, 1.00001}, new int[2]))
        .containsOnly(true);
    // a mean of 0 leaves nothing to compare with
    assertThat(column(Advantages.drGrpo(), oneTokenEach(-1e-9, 1e-9))).containsExactly(-1e-9, 1e-9);
  }

  /** The released code divides a sum over all positions by the number of action tokens. */
  @Test
  void masked_positions_do_not_move_the_mean() {
    double[][] values = {{1, 99}, {3, -50}};
    boolean[][] mask = {{true, false}, {true, false}};
    AdvantageNormalisation.Normalised ours =
        AdvantageNormalisation.global().normalise(values, mask);
    assertThat(ours.mean()).isEqualTo(2);
    assertThat(ours.values()[0][0]).isCloseTo(-1, within(1e-7));
    assertThat(ours.values()[1]).containsExactly(ours.values()[1][0], 0);
    assertThat(AdvantageNormalisation.released().normalise(values, mask).mean())
        .isEqualTo((1 + 99 + 3 - 50) / 2.0);
  }

  @Test
  void rollout_without_actions_has_no_advantage_and_does_not_disturb() {
    boolean[][] mask = {{true}, {}, {true}, {false}};
    double[][] advantages =
        Advantages.stableReinforce()
            .estimate(RolloutScores.of(new double[] {0, 7, 1, 7}, new int[4], mask))
            .advantages();
    // mean 0.5, deviation 0.5 over the two that act
    assertThat(advantages[0][0]).isCloseTo(-1, within(1e-7));
    assertThat(advantages[1]).isEmpty();
    assertThat(advantages[2][0]).isCloseTo(1, within(1e-7));
    assertThat(advantages[3]).containsExactly(0);

    double[][] none =
        Advantages.stableReinforce()
            .estimate(RolloutScores.of(new double[] {1}, new int[1], new boolean[][] {{false}}))
            .advantages();
    assertThat(none[0]).containsExactly(0);
  }

  @Test
  void kl_in_the_reward_is_paid_token_by_token() {
    // reward 2 on the last token, KL (1, 3), β = 0.1: token rewards −0.1 and 1.7, returns 1.6 and
    // 1.7
    RolloutScores scores =
        new RolloutScores(
            new double[] {2}, new int[1], new double[][] {{1, 3}}, 0.1, Ragged.fullMask(2));
    double[][] returns = Advantages.reinforce().estimate(scores).returns();
    assertThat(returns[0][0]).isCloseTo(1.6, within(1e-12));
    assertThat(returns[0][1]).isCloseTo(1.7, within(1e-12));
  }

  @Test
  void reward_is_clipped_to_ten() {
    assertThat(Advantages.reinforce().estimate(oneTokenEach(1e6)).returns()[0][0]).isEqualTo(10);
    assertThat(Advantages.reinforce().estimate(oneTokenEach(-1e6)).returns()[0][0]).isEqualTo(-10);
  }

  @Test
  void group_estimators_compare_within_the_group_only() {
    double[] rewards = {1, 100, 0, 102};
    int[] groups = {7, 3, 7, 3};
    RolloutScores scores = RolloutScores.of(rewards, groups, Ragged.fullMask(1, 1, 1, 1));
    Advantages noClip = Advantages.drGrpo().clip(RewardClip.NONE);
    assertThat(column(noClip, scores)).containsExactly(0.5, -1, -0.5, 1);
    assertThat(column(Advantages.rloo().clip(RewardClip.NONE), scores))
        .containsExactly(1, -2, -1, 2);
    // sample deviations √0.5 and √2: ±0.5/0.7072 and ±1/1.4143
    double[] grpo = column(Advantages.grpo(), scores);
    assertThat(grpo[0]).isCloseTo(0.5 / (Math.sqrt(0.5) + 1e-4), within(1e-12));
    assertThat(grpo[3]).isCloseTo(1 / (Math.sqrt(2) + 1e-4), within(1e-12));
    // REINFORCE++-baseline normalises ±0.5, ±1 over the batch: deviation √0.625
    assertThat(column(Advantages.reinforceBaseline(), scores)[3])
        .isCloseTo(1 / Math.sqrt(0.625), within(1e-6));
  }

  private static double[] column(Advantages estimator, RolloutScores scores) {
    return Arrays.stream(estimator.estimate(scores).advantages())
        .mapToDouble(row -> row[0])
        .toArray();
  }

  @Test
  void rollout_alone_in_its_group_gets_no_leave_one_out_advantage() {
    assertThat(column(Advantages.rloo(), oneTokenEach(1))).containsExactly(0);
    assertThat(column(Advantages.grpo(), oneTokenEach(1))).containsExactly(0);
  }

  @Test
  void dynamic_sampling_drops_groups_without_signal() {
    double[] rewards = {1, 1, 0, 1, 2, 2};
    int[] groups = {0, 0, 1, 1, 2, 2};
    assertThat(DynamicSampling.informative(rewards, groups))
        .containsExactly(false, false, true, true, false, false);
    assertThat(DynamicSampling.shareWithoutSignal(rewards, groups))
        .isCloseTo(2.0 / 3, within(1e-12));
  }

  @Test
  void refuses_shapes_that_differ() {
    assertThatThrownBy(() -> RolloutScores.of(new double[2], new int[1], new boolean[2][1]))
        .hasMessage(
            "rewards, groups and mask must have the same number of rollouts, got 2, 1 and 2");
    assertThatThrownBy(() -> KlController.adaptive(0, 10))
        .hasMessage("KL target and horizon must be positive, got 0.0 and 10.0");
  }
}
