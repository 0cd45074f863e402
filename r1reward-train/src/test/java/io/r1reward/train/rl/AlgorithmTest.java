package io.r1reward.train.rl;

import static org.assertj.core.api.Assertions.assertThat;

import io.r1reward.train.advantage.KlEstimator;
import io.r1reward.train.loss.ClippedSurrogate;
import io.r1reward.train.loss.ClippedWeight;
import io.r1reward.train.loss.PolicyLoss;
import io.r1reward.train.loss.SequenceSurrogate;
import io.r1reward.train.loss.SoftGate;
import org.junit.jupiter.api.Test;

class AlgorithmTest {

  @Test
  void loss_with_a_kl_term_brings_the_reference_along() {
    PolicyLoss loss = ClippedSurrogate.ppo().kl(0.1, KlEstimator.K3);
    assertThat(Algorithm.stableReinforce().loss(loss).needsReference()).isTrue();
    assertThat(Algorithm.grpo().needsReference()).isTrue();
    assertThat(Algorithm.grpo().loss(ClippedSurrogate.ppo()).needsReference()).isFalse();
  }

  @Test
  void loss_that_does_not_say_what_it_reads_gets_the_reference() {
    PolicyLoss plain = ClippedSurrogate.ppo();
    PolicyLoss silent = batch -> plain.evaluate(batch);
    assertThat(Algorithm.stableReinforce().loss(silent).needsReference()).isTrue();
  }

  @Test
  void penalty_in_the_reward_needs_the_reference_and_nothing_else_does() {
    assertThat(Algorithm.stableReinforce().needsReference()).isFalse();
    assertThat(Algorithm.dapo().needsReference()).isFalse();
    assertThat(Algorithm.gspo().needsReference()).isFalse();
    assertThat(Algorithm.cispo(0.28).needsReference()).isFalse();
    assertThat(Algorithm.sapo().needsReference()).isFalse();
    assertThat(Algorithm.stableReinforceReleased().needsReference()).isTrue();
  }

  @Test
  void losses_of_later_papers_come_with_the_means_of_those_papers() {
    boolean[][] mask = {{true}, {true, true, true}};
    // mean over rollouts: 1/2 and 1/6 a token; over tokens: 1/4
    assertThat(Algorithm.gspo().aggregation().weights(mask)[0][0]).isEqualTo(0.5);
    assertThat(Algorithm.sapo().aggregation().weights(mask)[0][0]).isEqualTo(0.5);
    assertThat(Algorithm.cispo(0.28).aggregation().weights(mask)[0][0]).isEqualTo(0.25);
    assertThat(Algorithm.gspo().loss()).isEqualTo(new SequenceSurrogate(3e-4, 4e-4));
    assertThat(Algorithm.sapo().loss()).isEqualTo(new SoftGate(1.0, 1.05));
    assertThat(Algorithm.cispo(0.28).loss())
        .isEqualTo(new ClippedWeight(Double.POSITIVE_INFINITY, 0.28));
  }
}
