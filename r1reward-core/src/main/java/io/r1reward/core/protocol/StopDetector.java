package io.r1reward.core.protocol;

import com.google.common.collect.ImmutableList;
import io.r1reward.InvalidInputException;
import java.util.List;
import java.util.function.Predicate;

/**
 * Watches a completion grow and says when it has reached a stop string, outside its reasoning or
 * anywhere. Looks at every character once. One per completion; not thread-safe.
 */
public final class StopDetector {
  private final Predicate<String> reasoning;
  private final ImmutableList<String> stopStrings;
  private final int longest;
  private int seen;

  /**
   * A detector for one completion.
   *
   * @param protocol says where the reasoning ends
   * @param stopStrings may be empty
   */
  public StopDetector(JudgeProtocol protocol, List<String> stopStrings) {
    this((Predicate<String>) protocol::isReasoning, stopStrings);
  }

  /**
   * A detector for one completion that heeds stop strings wherever they appear.
   *
   * @param stopStrings may be empty
   */
  public static StopDetector everywhere(List<String> stopStrings) {
    Predicate<String> never = text -> false;
    return new StopDetector(never, stopStrings);
  }

  private StopDetector(Predicate<String> reasoning, List<String> stopStrings) {
    this.reasoning = reasoning;
    this.stopStrings = ImmutableList.copyOf(stopStrings);
    if (this.stopStrings.contains("")) {
      throw new InvalidInputException("stop strings must not be empty, got " + stopStrings);
    }
    longest = this.stopStrings.stream().mapToInt(String::length).max().orElse(1);
  }

  /**
   * Says whether the completion is finished.
   *
   * @param text all of the completion so far: what was given before, and more
   */
  public boolean isFinished(CharSequence text) {
    // a stop string may have begun in what was seen before
    int from = Math.max(0, seen - longest + 1);
    String fresh = text.subSequence(from, text.length()).toString();
    seen = text.length();
    for (String stop : stopStrings) {
      for (int at = fresh.indexOf(stop); at >= 0; at = fresh.indexOf(stop, at + 1)) {
        int end = from + at + stop.length();
        if (!reasoning.test(text.subSequence(0, end).toString())) {
          return true;
        }
      }
    }
    return false;
  }
}
