package io.r1reward;

/** Too many requests wait already; try again later. */
public final class QueueFullException extends RewardModelException {
  private static final long serialVersionUID = 1L;

  /** With a message that names the thing, the value and the limit. */
  public QueueFullException(String message) {
    super(message);
  }

  /** With a message and what caused it. */
  public QueueFullException(String message, Throwable cause) {
    super(message, cause);
  }
}
