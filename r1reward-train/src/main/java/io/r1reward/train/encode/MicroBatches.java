package io.r1reward.train.encode;

import io.r1reward.train.model.TrainingRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Groups rows of similar length, so that little is filled up. Stateless, thread-safe. */
public final class MicroBatches {

  private MicroBatches() {}

  /**
   * Groups rows, longest first.
   *
   * @param rows what to group
   * @param tokenBudget most tokens of a group, filling included; a longer row still gets its own
   * @return indices into {@code rows}, every one once
   */
  public static List<int[]> group(List<TrainingRow> rows, int tokenBudget) {
    return group(rows.stream().mapToInt(TrainingRow::length).toArray(), tokenBudget);
  }

  /**
   * Groups anything that takes tokens, longest first.
   *
   * @param lengths tokens of each, at least 1
   * @param tokenBudget most tokens of a group, filling included; a longer one still gets its own
   * @return indices into {@code lengths}, every one once
   */
  public static List<int[]> group(int[] lengths, int tokenBudget) {
    List<Integer> order =
        IntStream.range(0, lengths.length)
            .boxed()
            .sorted(Comparator.comparingInt((Integer i) -> -lengths[i]))
            .toList();
    List<int[]> groups = new ArrayList<>();
    for (int at = 0; at < order.size(); ) {
      int longest = lengths[order.get(at)];
      int count = Math.max(1, Math.min(order.size() - at, tokenBudget / longest));
      groups.add(order.subList(at, at + count).stream().mapToInt(i -> i).toArray());
      at += count;
    }
    return groups;
  }
}
