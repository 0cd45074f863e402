package io.r1reward.train.data;

import io.r1reward.InvalidInputException;
import io.r1reward.PreferencePair;
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
  private final SkippedSamples skipped;
  private boolean replaying = true;
  private Stream<PreferenceSample> stream;
  private Iterator<PreferenceSample> samples;
  private long position;
  private int digest;

  /** Opens a data set behind its first {@code position} samples. */
  public SampleCursor(PreferenceDataset data, long position) {
    this(data, position, Double.NaN, new SkippedSamples(BadData.STRICT, 0));
  }

  /**
   * Opens a data set where another cursor stopped.
   *
   * @param position of that cursor
   * @param digest of that cursor; NaN if it is not known
   * @param skipped counts what cannot be read behind the position; the other cursor counted before
   * @throws InvalidInputException if the samples up to there are not those the other cursor read
   */
  public SampleCursor(
      PreferenceDataset data, long position, double digest, SkippedSamples skipped) {
    this.data = data;
    this.skipped = skipped;
    this.stream = open();
    this.samples = stream.iterator();
    while (this.position < position) {
      next();
    }
    replaying = false;
    if (!Double.isNaN(digest) && digest != digest()) {
      stream.close();
      throw new InvalidInputException(
          "cannot resume with another data set: its first "
              + position
              + " samples are not those that the run has used");
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
      stream = open();
      samples = stream.iterator();
      if (!samples.hasNext()) {
        throw new InvalidInputException("the data set is empty");
      }
    }
    position++;
    PreferenceSample sample = samples.next();
    digest = 31 * digest + hash(sample);
    return sample;
  }

  /**
   * Leaves out the sample that was read last.
   *
   * @throws InvalidInputException if too many were left out
   */
  public void skip(PreferenceSample sample, InvalidInputException reason) {
    skipped.count(
        new InvalidInputException(sample.place() + ": " + reason.getMessage(), reason),
        position - 1);
  }

  private Stream<PreferenceSample> open() {
    return data.open(
        (line, problem) -> {
          if (!replaying) {
            skipped.count(problem, position);
          }
        });
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

  /** Returns a hash of the samples read, in their order; an {@code int}, the same in every JVM. */
  public double digest() {
    return digest;
  }

  private static int hash(PreferenceSample sample) {
    PreferencePair pair = sample.pair();
    return List.of(sample.id(), sample.label().name(), pair.question(), pair.first(), pair.second())
        .hashCode();
  }

  @Override
  public void close() {
    stream.close();
  }
}
