package io.r1reward.train.benchmark;

import io.r1reward.InvalidInputException;
import java.util.List;

/**
 * A pair shown in one order, judged once or several times. Immutable.
 *
 * @param chosenAt where the chosen response stood, 1 or 2
 * @param votes judgements, at least one; unmodifiable
 */
public record Trial(int chosenAt, List<Vote> votes) {

  /** Checks the place and that there is a vote. */
  public Trial {
    votes = List.copyOf(votes);
    if (chosenAt != 1 && chosenAt != 2) {
      throw new InvalidInputException("chosenAt must be 1 or 2, got " + chosenAt);
    }
    if (votes.isEmpty()) {
      throw new InvalidInputException("a trial needs at least one judgement, got none");
    }
  }

  /** Returns how many judgements have a verdict. */
  public int count(Verdict verdict) {
    return (int) votes.stream().filter(vote -> vote.verdict() == verdict).count();
  }

  /** Returns the majority's verdict; those without one give half a vote to each side. */
  public Verdict verdict() {
    return Verdict.of(count(Verdict.RIGHT), count(Verdict.WRONG));
  }

  /** Returns the place that the majority prefers, 1 or 2, or 0 where it is undecided. */
  int preferredPlace() {
    return switch (verdict()) {
      case RIGHT -> chosenAt;
      case WRONG -> 3 - chosenAt;
      case UNDECIDED -> 0;
    };
  }
}
