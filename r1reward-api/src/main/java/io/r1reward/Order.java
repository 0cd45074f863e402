package io.r1reward;

/** The order in which a judge was shown the two responses. */
public enum Order {
  /** The pair's first response was shown as "Response 1". */
  GIVEN,
  /** The pair's second response was shown as "Response 1". */
  SWAPPED
}
