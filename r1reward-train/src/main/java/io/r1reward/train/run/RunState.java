package io.r1reward.train.run;

import com.google.common.collect.ImmutableSortedMap;
import com.google.common.hash.Hashing;
import io.r1reward.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a checkpoint holds beside weights and optimiser. Immutable.
 *
 * @param step steps done
 * @param position samples of the data set used so far
 * @param score what the best checkpoint is chosen by, larger is better; NaN if it was not measured
 * @param settings the run's settings by name; a run only resumes with the same ones; unmodifiable,
 *     in the order of names
 * @param numbers whatever else changes: KL coefficient, skipped steps, …; unmodifiable, in the
 *     order of names
 */
public record RunState(
    long step,
    long position,
    double score,
    Map<String, String> settings,
    Map<String, Double> numbers) {

  /** Keeps sorted copies. */
  public RunState {
    settings = ImmutableSortedMap.copyOf(settings);
    numbers = ImmutableSortedMap.copyOf(numbers);
  }

  /** Returns the SHA-256 of the settings, in hexadecimal. */
  public String settingsHash() {
    StringBuilder text = new StringBuilder();
    settings.forEach((name, value) -> text.append(name).append('=').append(value).append('\n'));
    return Hashing.sha256().hashString(text, StandardCharsets.UTF_8).toString();
  }

  /**
   * Checks that a run with other settings does not go on from here.
   *
   * @throws InvalidInputException naming every setting that differs, with both values
   */
  public void requireSettings(Map<String, String> wanted) {
    Map<String, String> differing = new TreeMap<>();
    TreeSet<String> names = new TreeSet<>(settings.keySet());
    names.addAll(wanted.keySet());
    for (String name : names) {
      String mine = settings.getOrDefault(name, "(none)");
      String theirs = wanted.getOrDefault(name, "(none)");
      if (!mine.equals(theirs)) {
        differing.put(name, mine + " in the checkpoint, " + theirs + " now");
      }
    }
    if (!differing.isEmpty()) {
      throw new InvalidInputException("cannot resume with other settings: " + differing);
    }
  }
}
