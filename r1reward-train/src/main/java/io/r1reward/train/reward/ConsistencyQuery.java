package io.r1reward.train.reward;

import io.r1reward.Preferred;
import java.util.List;

/**
 * What a {@link ConsistencyJudge} gets to see. Immutable.
 *
 * @param conclusion the last three non-empty lines before the last {@code <answer>}, tags included
 * @param verdict the verdict; never undecided
 */
public record ConsistencyQuery(String conclusion, Preferred verdict) {
  private static final int LINES = 3;

  /** Takes the conclusion out of a whole completion. */
  public static ConsistencyQuery of(String completion, Preferred verdict) {
    int answer = completion.lastIndexOf("<answer>");
    String reasoning = answer < 0 ? completion : completion.substring(0, answer);
    List<String> lines = reasoning.lines().filter(line -> !line.isBlank()).toList();
    return new ConsistencyQuery(
        String.join("\n", lines.subList(Math.max(0, lines.size() - LINES), lines.size())), verdict);
  }

  /** Returns the verdict as a judgement writes it, 1 or 2. */
  public String answer() {
    return verdict == Preferred.FIRST ? "1" : "2";
  }
}
