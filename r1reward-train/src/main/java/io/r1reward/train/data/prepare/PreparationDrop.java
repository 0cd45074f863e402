package io.r1reward.train.data.prepare;

/**
 * Why a pair was dropped.
 *
 * @param reason the kind
 * @param message names what was found
 */
public record PreparationDrop(Reason reason, String message) {

  /** Kinds of drops. */
  public enum Reason {
    /** A picture does not open or decode. */
    BROKEN_PICTURE("broken-picture"),
    /** A benchmark asks this, about this, or shows this. */
    BENCHMARK("benchmark"),
    /** Picture, question and both responses were there before. */
    DUPLICATE("duplicate"),
    /** Picture and question were there before. */
    SAME_QUESTION("same-question"),
    /** The texts hold headings of the prompt, so that the line would be read as another pair. */
    NOT_IN_FORMAT("not-in-format");

    private final String code;

    Reason(String code) {
      this.code = code;
    }

    /** Returns a short name for reports, such as {@code broken-picture}; it does not change. */
    public String code() {
      return code;
    }
  }
}
