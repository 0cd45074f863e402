package io.r1reward.core.hub;

import java.io.IOException;

/** A transfer broke, or the server could not answer: the same may work when tried again. */
final class BrokenTransferException extends IOException {
  private static final long serialVersionUID = 1L;

  BrokenTransferException(String message) {
    super(message);
  }

  BrokenTransferException(String message, Throwable cause) {
    super(message, cause);
  }
}
