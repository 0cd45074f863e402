package io.r1reward.train.data;

import java.util.stream.Stream;

/**
 * One data set behind the other. Immutable.
 *
 * @param first read first
 * @param second read behind it
 */
record Joined(PreferenceDataset first, PreferenceDataset second) implements PreferenceDataset {

  @Override
  public Stream<PreferenceSample> open() {
    return Stream.concat(first.open(), second.open());
  }

  @Override
  public Stream<PreferenceSample> open(JsonLines.BadLines listener) {
    return Stream.concat(first.open(listener), second.open(listener));
  }
}
