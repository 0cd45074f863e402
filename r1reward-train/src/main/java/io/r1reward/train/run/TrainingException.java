package io.r1reward.train.run;

import io.r1reward.RewardModelException;

/** A run cannot go on; the message names the last good checkpoint where there is one. */
public final class TrainingException extends RewardModelException {
  private static final long serialVersionUID = 1L;

  /** With what went wrong. */
  public TrainingException(String message) {
    super(message);
  }

  /** With what went wrong and why. */
  public TrainingException(String message, Throwable cause) {
    super(message, cause);
  }
}
