package io.r1reward.examples;

/** A program was called wrongly; it ends with exit code 2 and this message, without a trace. */
public final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** With a message that names the option, the value and the limit. */
  public UsageException(String message) {
    super(message);
  }
}
