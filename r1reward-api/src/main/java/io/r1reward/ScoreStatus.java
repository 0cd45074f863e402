package io.r1reward;

/** Whether a score is what was asked for. */
public enum ScoreStatus {
  /** Every judgement that decides the vote has ended by itself. */
  COMPLETE,
  /** The time limit cut judgements short; the vote was taken over those that had ended. */
  TIMED_OUT,
  /** No judgement had ended when the time was over: there is no vote, which is not a tie. */
  NO_VOTE
}
