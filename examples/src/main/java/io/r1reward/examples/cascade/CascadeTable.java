package io.r1reward.examples.cascade;

import io.r1reward.Judgement;
import io.r1reward.PreferenceScore;
import io.r1reward.Preferred;
import io.r1reward.examples.score.Cascade;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * What a cascade would have cost and gained on pairs that both judges judged, by margin. Immutable.
 *
 * @param pairs each judged by both
 * @param firstSeconds that the first judge took for all pairs
 * @param secondSeconds that the second judge took for all pairs
 */
record CascadeTable(List<Pair> pairs, double firstSeconds, double secondSeconds) {
  private static final int STEPS = 10;

  /**
   * A pair that both judged; an undecided verdict is wrong.
   *
   * @param margin of the first judge, empty where it gave no verdict
   */
  record Pair(OptionalDouble margin, Answer first, Answer second) {
    static Pair of(Preferred label, PreferenceScore first, PreferenceScore second) {
      return new Pair(Cascade.margin(first), Answer.of(label, first), Answer.of(label, second));
    }
  }

  /**
   * A judge's answer.
   *
   * @param right whether it is the label's
   * @param judgements that count
   * @param tokens of these judgements
   */
  record Answer(boolean right, int judgements, int tokens) {
    static Answer of(Preferred label, PreferenceScore score) {
      return new Answer(
          score.preferred() == label,
          score.votes(),
          score.judgements().stream()
              .filter(Judgement::counted)
              .mapToInt(Judgement::tokenCount)
              .sum());
    }
  }

  /** Copies the list. */
  CascadeTable {
    pairs = List.copyOf(pairs);
  }

  /** A row for each margin from 0 to 1, and one for the second judge alone. */
  String markdown() {
    StringBuilder table =
        new StringBuilder(
            """
            | margin | sent on | accuracy | judgements a pair | tokens a pair | s a pair |
            | ---: | ---: | ---: | ---: | ---: | ---: |
            """);
    for (int i = 0; i <= STEPS; i++) {
      double margin = (double) i / STEPS;
      table.append(row(String.format(Locale.ROOT, "%.1f", margin), margin, true));
    }
    return table.append(row("second alone", Double.POSITIVE_INFINITY, false)).toString();
  }

  private String row(String name, double margin, boolean asksFirst) {
    int sent = 0;
    int right = 0;
    long judgements = 0;
    long tokens = 0;
    for (Pair pair : pairs) {
      boolean goesOn = pair.margin().isEmpty() || pair.margin().getAsDouble() < margin;
      if (asksFirst) {
        judgements += pair.first().judgements();
        tokens += pair.first().tokens();
      }
      if (goesOn) {
        sent++;
        judgements += pair.second().judgements();
        tokens += pair.second().tokens();
      }
      right += (goesOn ? pair.second() : pair.first()).right() ? 1 : 0;
    }
    double all = pairs.size();
    double seconds = ((asksFirst ? firstSeconds : 0) + secondSeconds * sent / all) / all;
    return String.format(
        Locale.ROOT,
        "| %s | %.1f %% | %.1f %% | %.2f | %.0f | %.3f |\n",
        name,
        100 * sent / all,
        100 * right / all,
        judgements / all,
        tokens / all,
        seconds);
  }
}
