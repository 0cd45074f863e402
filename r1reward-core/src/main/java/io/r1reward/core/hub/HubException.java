package io.r1reward.core.hub;

import io.r1reward.RewardModelException;

/** A download failed for a reason that may pass: the network, the hub or the disk. */
public final class HubException extends RewardModelException {
  private static final long serialVersionUID = 1L;

  /** With a message that names the thing, the value and the limit. */
  public HubException(String message) {
    super(message);
  }

  /** With a message and what caused it. */
  public HubException(String message, Throwable cause) {
    super(message, cause);
  }
}
