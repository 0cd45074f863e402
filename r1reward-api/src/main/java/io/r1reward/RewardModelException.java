package io.r1reward;

/** Whatever goes wrong in this library; subclasses say what. */
public class RewardModelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With a message that names the thing, the value and the limit. */
  public RewardModelException(String message) {
    super(message);
  }

  /** With a message and what caused it. */
  public RewardModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
