package io.r1reward;

/** A prompt leaves no room in the model's context. */
public final class PromptTooLongException extends InvalidInputException {
  private static final long serialVersionUID = 1L;

  /** With a message that names the thing, the value and the limit. */
  public PromptTooLongException(String message) {
    super(message);
  }

  /** With a message and what caused it. */
  public PromptTooLongException(String message, Throwable cause) {
    super(message, cause);
  }
}
