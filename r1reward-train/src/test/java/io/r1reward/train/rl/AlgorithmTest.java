package io.r1reward.train.rl;

import static org.assertj.core.api.Assertions.assertThat;

import io.r1reward.train.advantage.KlEstimator;
import io.r1reward.train.loss.ClippedSurrogate;
import io.r1reward.train.loss.PolicyLoss;
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
    assertThat(Algorithm.stableReinforceReleased().needsReference()).isTrue();
  }
}
