package io.r1reward;

/** Why a completion ended. */
public enum FinishReason {
  /** An end-of-turn token or a stop string was generated. */
  STOP,
  /** The limit of new tokens, or the end of the model's context, was reached. */
  LENGTH,
  /** A cancellation, a time limit, or a vote already decided ended it. */
  CANCELLED
}
