package io.r1reward.train.data;

import io.r1reward.InvalidInputException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads a data set on and on, begun again at its end, from any position on. Not thread-safe; holds
 * the stream until {@link #close}.
 */
public final class SampleCursor implements AutoCloseable {
  private final PreferenceDataset data;
  private Stream<PreferenceSample> stream;
  private Iterator<PreferenceSample> samples;
  private long position;

  /** Opens a data set behind its first {@code position} samples. */
  public SampleCursor(PreferenceDataset data, long position) {
    this.data = data;
    this.stream = data.open();
    this.samples = stream.iterator();
    while (this.position < position) {
      next();
    }
  }

  /**
   * Returns the next sample.
   *
   * @throws InvalidInputException if the data set is empty
   */
  public PreferenceSample next() {
    if (!samples.hasNext()) {
      stream.close();
      stream = data.open();
      samples = stream.iterator();
      if (!samples.hasNext()) {
        throw new InvalidInputException("the data set is empty");
      }
    }
    position++;
    return samples.next();
  }

  /** Returns the next {@code count} samples. */
  public List<PreferenceSample> next(int count) {
    List<PreferenceSample> result = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      result.add(next());
    }
    return result;
  }

  /** Returns how many samples were read, from the data set's first on. */
  public long position() {
    return position;
  }

  @Override
  public void close() {
    stream.close();
  }
}
