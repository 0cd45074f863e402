package io.r1reward.train.data;

import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A data set made of another. Immutable.
 *
 * @param source what it is made of
 * @param change done to its samples each time it is opened
 */
record Derived(PreferenceDataset source, UnaryOperator<Stream<PreferenceSample>> change)
    implements PreferenceDataset {

  @Override
  public Stream<PreferenceSample> open() {
    return change.apply(source.open());
  }

  @Override
  public Stream<PreferenceSample> open(JsonLines.BadLines listener) {
    return change.apply(source.open(listener));
  }
}
