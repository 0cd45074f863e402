package io.r1reward;

/** An argument, a pair or a setting is wrong; the model goes on serving. */
public class InvalidInputException extends RewardModelException {
  private static final long serialVersionUID = 1L;

  /** With a message that names the thing, the value and the limit. */
  public InvalidInputException(String message) {
    super(message);
  }

  /** With a message and what caused it. */
  public InvalidInputException(String message, Throwable cause) {
    super(message, cause);
  }
}
