package io.r1reward.core.hub;

import java.io.IOException;
import java.time.Duration;

/** A transfer broke, or the server could not answer: the same may work when tried again. */
final class BrokenTransferException extends IOException {
  private static final long serialVersionUID = 1L;

  private final Duration wait;

  BrokenTransferException(String message) {
    this(message, Duration.ZERO);
  }

  /** A server asked to be left alone for some time. */
  BrokenTransferException(String message, Duration wait) {
    super(message);
    this.wait = wait;
  }

  BrokenTransferException(String message, Throwable cause) {
    super(message, cause);
    this.wait = Duration.ZERO;
  }

  Duration wanted() {
    return wait;
  }
}
