package io.r1reward;

/** Which of the two responses is better. */
public enum Preferred {
  /** The pair's first response. */
  FIRST,
  /** The pair's second response. */
  SECOND,
  /** No verdict could be read, or the votes are equal. */
  UNDECIDED;

  /** Returns the same verdict seen with the responses exchanged. */
  public Preferred swapped() {
    return switch (this) {
      case FIRST -> SECOND;
      case SECOND -> FIRST;
      case UNDECIDED -> UNDECIDED;
    };
  }
}
