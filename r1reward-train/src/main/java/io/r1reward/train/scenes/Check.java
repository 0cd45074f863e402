package io.r1reward.train.scenes;

/**
 * A statement of a response that can be checked against the picture.
 *
 * @param words as they stand in the response
 * @param truth what they would say if they were right; {@link #ABSENT} for a thing that is nowhere
 */
record Check(String words, String truth) {
  /** Truth about a thing that is not in the picture. */
  static final String ABSENT = "none";

  /** Returns whether the statement is true. */
  boolean holds() {
    return words.equals(truth);
  }
}
