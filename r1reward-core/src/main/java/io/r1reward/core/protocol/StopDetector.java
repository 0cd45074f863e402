package io.r1reward.core.protocol;

import com.google.common.collect.ImmutableList;
import io.r1reward.InvalidInputException;
import java.util.List;

/**
 * Watches a completion grow and says when it has reached a stop string outside its reasoning. Looks
 * at every character once. One per completion; not thread-safe.
 */
public final class StopDetector {
  private final JudgeProtocol protocol;
  private final ImmutableList<String> stopStrings;
  private final int longest;
  private int seen;

  /**
   * A detector for one completion.
   *
   * @param protocol says where the reasoning ends
   * @param stopStrings the protocol's own or a caller's; may be empty
   */
  public StopDetector(JudgeProtocol protocol, List<String> stopStrings) {
    this.protocol = protocol;
    this.stopStrings = ImmutableList.copyOf(stopStrings);
    if (this.stopStrings.contains("")) {
      throw new InvalidInputException("stop strings must not be empty, got " + stopStrings);
    }
    longest = this.stopStrings.stream().mapToInt(String::length).max().orElse(0);
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
    return stopStrings.stream().anyMatch(fresh::contains) && !protocol.isReasoning(text.toString());
  }
}
