package io.r1reward.train.benchmark;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of one pair of a benchmark. Immutable.
 *
 * @param id of the pair; pairs may share it
 * @param category of the benchmark, {@code all} where it has none
 * @param chosenCharacters length of the chosen response in UTF-16 units
 * @param rejectedCharacters length of the other
 * @param trials one for each order in which it was shown; none where it could not be judged;
 *     unmodifiable
 * @param error why it could not be judged, null where it was
 */
public record EvaluatedPair(
    String id,
    String category,
    int chosenCharacters,
    int rejectedCharacters,
    List<Trial> trials,
    @Nullable String error) {

  /** The category of pairs that have none. */
  public static final String NO_CATEGORY = "all";

  /** Keeps a copy of the trials. */
  public EvaluatedPair {
    trials = List.copyOf(trials);
  }

  /** A pair that could not be judged. */
  static EvaluatedPair failed(String id, String category, String error) {
    return new EvaluatedPair(id, category, 0, 0, List.of(), error);
  }
}
