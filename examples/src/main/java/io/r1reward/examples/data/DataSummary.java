package io.r1reward.examples.data;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.r1reward.Preferred;
import io.r1reward.examples.TextTable;
import io.r1reward.train.data.PreferenceSample;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts what became of the records. Not thread-safe. */
final class DataSummary {

  /** Pairs of a file that is written, by label. */
  static final class Side {
    long first;
    long second;

    long pairs() {
      return first + second;
    }

    private void count(PreferenceSample sample) {
      if (sample.label() == Preferred.FIRST) {
        first++;
      } else {
        second++;
      }
    }

    private ObjectNode json() {
      return JsonNodeFactory.instance
          .objectNode()
          .put("pairs", pairs())
          .put("first", first)
          .put("second", second);
    }
  }

  final Side train = new Side();
  final Side heldOut = new Side();
  final Map<String, Long> drops = new TreeMap<>();
  final Map<String, Long> sources = new TreeMap<>();
  final Map<String, Long> categories = new TreeMap<>();

  /** Pairs by the length of the better and of the worse response: up to 2^i characters. */
  final Map<Integer, Long> chosen = new TreeMap<>();

  final Map<Integer, Long> rejected = new TreeMap<>();
  long records;
  long kept;

  void dropped(String reason) {
    drops.merge(reason, 1L, Long::sum);
  }

  void kept(PreferenceSample sample) {
    kept++;
    sources.merge(sample.attributes().getOrDefault("source", "unknown"), 1L, Long::sum);
    String category = sample.attributes().get(PreferenceSample.CATEGORY);
    if (category != null) {
      categories.merge(category, 1L, Long::sum);
    }
    boolean first = sample.label() == Preferred.FIRST;
    String better = first ? sample.pair().first() : sample.pair().second();
    String worse = first ? sample.pair().second() : sample.pair().first();
    chosen.merge(bits(better), 1L, Long::sum);
    rejected.merge(bits(worse), 1L, Long::sum);
  }

  private static int bits(String text) {
    return text.length() <= 1 ? 0 : 32 - Integer.numberOfLeadingZeros(text.length() - 1);
  }

  void written(PreferenceSample sample, boolean toLearnFrom) {
    (toLearnFrom ? train : heldOut).count(sample);
  }

  ObjectNode json(Map<String, String> madeFrom) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ObjectNode from = root.putObject("made_from");
    madeFrom.forEach(from::put);
    root.put("records", records).put("kept", kept);
    root.set("train", train.json());
    root.set("held_out", heldOut.json());
    drops.forEach(root.putObject("dropped")::put);
    sources.forEach(root.putObject("sources")::put);
    categories.forEach(root.putObject("categories")::put);
    ObjectNode lengths = root.putObject("characters_up_to");
    lengths.set("chosen", histogram(chosen));
    lengths.set("rejected", histogram(rejected));
    return root;
  }

  private static ObjectNode histogram(Map<Integer, Long> counts) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    counts.forEach((bits, count) -> json.put(Long.toString(1L << bits), count));
    return json;
  }

  String table() {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("what", "pairs", "first better", "second better"));
    rows.add(row(PreparedFolder.TRAIN, train));
    rows.add(row(PreparedFolder.HELD_OUT, heldOut));
    drops.forEach(
        (reason, count) -> rows.add(List.of("dropped: " + reason, Long.toString(count), "-", "-")));
    sources.forEach(
        (source, count) -> rows.add(List.of("kept of " + source, Long.toString(count), "-", "-")));
    return records + " records\n" + TextTable.render(rows, 1);
  }

  private static List<String> row(String name, Side side) {
    return List.of(
        name, Long.toString(side.pairs()), Long.toString(side.first), Long.toString(side.second));
  }
}
