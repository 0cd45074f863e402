package io.r1reward.train.data.layout;

/** Thrown by a {@link RecordConverter} for a record that gives no pair. */
public final class DroppedRecordException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final DropReason reason;

  /**
   * Drops a record.
   *
   * @param message names field and value
   */
  public DroppedRecordException(DropReason reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  /** Returns why. */
  public DropReason reason() {
    return reason;
  }
}
