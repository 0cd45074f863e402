package io.r1reward;

/** The calling thread was interrupted, or the model was closed, before the score was there. */
public final class CancelledException extends RewardModelException {
  private static final long serialVersionUID = 1L;

  /** With a message that names the thing, the value and the limit. */
  public CancelledException(String message) {
    super(message);
  }

  /** With a message and what caused it. */
  public CancelledException(String message, Throwable cause) {
    super(message, cause);
  }
}
