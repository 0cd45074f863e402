package io.r1reward.train.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class LossAggregationTest {
  private static final Offset<Double> EXACT = within(1e-15);

  /** Three rollouts with 1, 3 and 0 action tokens. */
  private static final boolean[][] MASK = {{true}, {true, true, false, true}, {false, false}};

  @Test
  void sequence_mean_gives_every_acting_rollout_the_same_share() {
    double[][] weights = LossAggregation.sequenceMean().weights(MASK);
    assertThat(weights[0][0]).isCloseTo(1.0 / 2, EXACT);
    assertThat(weights[1][0]).isCloseTo(1.0 / 6, EXACT);
    assertThat(weights[1][2]).isZero();
    assertThat(weights[2]).containsOnly(0.0);
  }

  @Test
  void token_mean_gives_every_token_the_same_share() {
    double[][] weights = LossAggregation.tokenMean().weights(MASK);
    assertThat(weights[0][0]).isCloseTo(1.0 / 4, EXACT);
    assertThat(weights[1][3]).isCloseTo(1.0 / 4, EXACT);
    assertThat(weights[2]).containsOnly(0.0);
  }

  @Test
  void constant_length_does_not_depend_on_the_rollouts_length() {
    double[][] weights = LossAggregation.constantLength(10).weights(MASK);
    assertThat(weights[0][0]).isCloseTo(1.0 / 20, EXACT);
    assertThat(weights[1][0]).isCloseTo(1.0 / 20, EXACT);
  }

  @Test
  void losses_of_micro_batches_add_up_to_the_loss_of_the_batch() {
    double[][] now = {{-1}, {-2, -0.5, 9, -3}, {0, 0}};
    double[][] old = {{-1.1}, {-2.2, -0.1, 9, -3.1}, {0, 0}};
    double[][] advantages = {{1}, {-1, 2, 9, 0.5}, {1, 1}};
    double[][] weights = LossAggregation.sequenceMean().weights(MASK);
    PolicyLoss loss = ClippedSurrogate.stableReinforce();
    double whole = loss.evaluate(PolicyLossBatch.of(now, old, advantages, weights)).loss();
    double parts = 0;
    for (int i = 0; i < 3; i++) {
      parts +=
          loss.evaluate(
                  PolicyLossBatch.of(
                      new double[][] {now[i]},
                      new double[][] {old[i]},
                      new double[][] {advantages[i]},
                      new double[][] {weights[i]}))
              .loss();
    }
    assertThat(parts).isCloseTo(whole, EXACT);
  }

  @Test
  void nothing_acts_means_no_weight_at_all() {
    boolean[][] empty = {{false}, {}};
    assertThat(LossAggregation.sequenceMean().weights(empty)[0]).containsOnly(0.0);
    assertThat(LossAggregation.tokenMean().weights(empty)[0]).containsOnly(0.0);
  }
}
