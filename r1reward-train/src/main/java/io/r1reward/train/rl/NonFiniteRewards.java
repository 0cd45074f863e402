package io.r1reward.train.rl;

/** What becomes of a rollout whose reward, or a part of it, is NaN or infinite. */
public enum NonFiniteRewards {
  /** The run ends with a {@link io.r1reward.train.run.TrainingException}. */
  STOP,
  /** The rollout is left out, logged, and counted as {@code reward/left_out}. */
  LEAVE_OUT
}
