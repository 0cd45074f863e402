package io.r1reward.examples.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Measures things in turns, again and again, so that a machine that becomes slower meanwhile hits
 * all of them alike. The first turn warms up and is not counted. Not thread-safe.
 */
final class Rounds {

  /** Something to measure. */
  @FunctionalInterface
  interface Work {
    /** Does it once, and adds one time, or one for each of its steps. */
    void run(Timings times);
  }

  private record Entry(String label, Work work, Timings times) {}

  private final List<Entry> entries = new ArrayList<>();

  /** Adds something to measure; its times are there after {@link #run}. */
  Timings add(String label, Work work) {
    Timings times = new Timings();
    entries.add(new Entry(label, work, times));
    return times;
  }

  /**
   * Measures.
   *
   * @param repeats turns that count
   * @param progress hears what begins
   */
  void run(int repeats, Consumer<String> progress) {
    for (int round = 0; round <= repeats; round++) {
      String turn = round == 0 ? "warm-up" : "turn " + round + " of " + repeats;
      for (Entry entry : entries) {
        progress.accept(turn + ": " + entry.label);
        entry.work.run(round == 0 ? new Timings() : entry.times);
      }
    }
  }
}
