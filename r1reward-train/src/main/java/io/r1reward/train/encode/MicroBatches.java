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
    List<Integer> order =
        IntStream.range(0, rows.size())
            .boxed()
            .sorted(Comparator.comparingInt((Integer i) -> -rows.get(i).length()))
            .toList();
    List<int[]> groups = new ArrayList<>();
    for (int at = 0; at < order.size(); ) {
      int longest = rows.get(order.get(at)).length();
      int count = Math.max(1, Math.min(order.size() - at, tokenBudget / longest));
      groups.add(order.subList(at, at + count).stream().mapToInt(i -> i).toArray());
      at += count;
    }
    return groups;
  }
}
