package io.r1reward.train.benchmark;

/** A verdict against the label. */
public enum Verdict {
  /** For the response that the label prefers. */
  RIGHT,
  /** For the other one. */
  WRONG,
  /** None was read from a judgement, or a vote is even. */
  UNDECIDED;

  /** Returns what more votes on one side than on the other mean. */
  static Verdict of(long right, long wrong) {
    return right > wrong ? RIGHT : right < wrong ? WRONG : UNDECIDED;
  }
}
