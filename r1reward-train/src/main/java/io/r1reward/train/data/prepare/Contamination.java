package io.r1reward.train.data.prepare;

/** When a pair counts as one of a benchmark. */
public enum Contamination {
  /**
   * It shows a picture or video of a benchmark, whatever is asked. A pair without one is compared
   * by its question with those of a benchmark's pairs that have none either.
   */
  PICTURE,
  /** It asks a question of a benchmark, whatever is shown: drops "Describe the picture." too. */
  QUESTION,
  /** It asks a question of a benchmark about a picture that is asked about there. */
  BOTH,
  /** It shows a picture of a benchmark, or asks a question of one. */
  EITHER
}
