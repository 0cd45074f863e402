package io.r1reward.train.data.layout;

/** Why a record gives no pair. */
public enum DropReason {
  /** Neither response is better. */
  TIE("tie"),
  /** Both responses are the same text. */
  SAME_TEXT("same-text"),
  /** There are several questions, and a pair has one. */
  SEVERAL_TURNS("several-turns"),
  /** Both responses answer different questions. */
  DIFFERENT_QUESTIONS("different-questions"),
  /** Neither a picture nor the frames of a video. */
  NO_PICTURE("no-picture"),
  /** The bytes of a picture are of no format that is read. */
  BROKEN_PICTURE("broken-picture"),
  /** A video stands in a file, where a list of pictures of its frames is needed. */
  VIDEO_FILE("video-file"),
  /** Fewer than two responses have all of their ratings. */
  NO_RATING("no-rating"),
  /** A field that is needed is not there, null or empty. */
  MISSING_FIELD("missing-field"),
  /** A field holds something else than the layout says. */
  WRONG_FIELD("wrong-field"),
  /** The record could not be read from the file. */
  BROKEN_RECORD("broken-record");

  private final String code;

  DropReason(String code) {
    this.code = code;
  }

  /** Returns a short name for reports, such as {@code same-text}; it does not change. */
  public String code() {
    return code;
  }
}
