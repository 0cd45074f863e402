package io.r1reward;

/** A picture or video cannot be read, decoded or used. */
public final class MediaException extends InvalidInputException {
  private static final long serialVersionUID = 1L;

  /** With a message that names the thing, the value and the limit. */
  public MediaException(String message) {
    super(message);
  }

  /** With a message and what caused it. */
  public MediaException(String message, Throwable cause) {
    super(message, cause);
  }
}
