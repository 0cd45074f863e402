package io.r1reward.train.reward;

/** Whether the reasoning of a judgement supports its verdict. */
public enum Consistency {
  /** It does. */
  CONSISTENT,
  /** It supports the other response. */
  INCONSISTENT,
  /** The judge of consistency could not tell. */
  UNDECIDED
}
