package io.r1reward;

/** A checkpoint folder is incomplete, malformed or of a kind that is not supported. */
public final class CheckpointException extends RewardModelException {
  private static final long serialVersionUID = 1L;

  /** With a message that names the thing, the value and the limit. */
  public CheckpointException(String message) {
    super(message);
  }

  /** With a message and what caused it. */
  public CheckpointException(String message, Throwable cause) {
    super(message, cause);
  }
}
