package io.r1reward.train.data;

import com.google.common.collect.ImmutableList;
import com.google.common.hash.Hashing;
import io.r1reward.InvalidInputException;
import io.r1reward.Preferred;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A source of labelled pairs. One method, so that a lambda over any stream is a data set. Opening
 * it again must give the same samples in the same order; a run that resumes counts on it.
 */
@FunctionalInterface
public interface PreferenceDataset {

  /** Opens the samples from the first one on. The caller closes the stream. */
  Stream<PreferenceSample> open();

  /**
   * As the other, but leaves out what cannot be read and says so, where the source can. What is
   * derived by the methods below can where its source can; a lambda cannot, and is opened as ever.
   */
  default Stream<PreferenceSample> open(JsonLines.BadLines listener) {
    return open();
  }

  /** A data set in memory. */
  static PreferenceDataset of(List<PreferenceSample> samples) {
    ImmutableList<PreferenceSample> copy = ImmutableList.copyOf(samples);
    return copy::stream;
  }

  /**
   * A JSON-lines file in any of the known formats, told by its fields (see {@link SampleFormats});
   * relative media paths are resolved against the file's folder. A malformed line ends reading; a
   * trainer leaves it out, see {@link BadData}.
   */
  static PreferenceDataset jsonl(Path file) {
    return JsonLines.of(file);
  }

  /** Keeps the samples a condition holds for. */
  default PreferenceDataset filter(Predicate<PreferenceSample> condition) {
    return new Derived(this, samples -> samples.filter(condition));
  }

  /** Keeps the first {@code count} samples. */
  default PreferenceDataset limit(long count) {
    return new Derived(this, samples -> samples.limit(count));
  }

  /** Goes on with another data set after the last sample of this one, as a curriculum does. */
  default PreferenceDataset then(PreferenceDataset next) {
    return new Joined(this, next);
  }

  /**
   * Balances the labels 1:1, as the paper does by shuffling the order of the responses: each sample
   * is swapped where that is needed to give it the label that a seeded hash of its position asks
   * for. Streaming, and the same for the same seed.
   */
  default PreferenceDataset balanced(long seed) {
    return new Derived(
        this,
        samples -> {
          long[] position = {0};
          return samples
              .sequential()
              .map(
                  sample -> {
                    long n = position[0]++;
                    // neighbours 2k and 2k+1 get different labels, so that every prefix is balanced
                    boolean first = (hash(seed, Long.toString(n / 2)) & 1) == (n & 1);
                    Preferred wanted = first ? Preferred.FIRST : Preferred.SECOND;
                    return sample.label() == wanted ? sample : sample.swapped();
                  });
        });
  }

  /**
   * Splits by a seeded hash of the sample's id, so that all samples of one id fall on the same side
   * and a sample stays on its side when the data set grows.
   *
   * @param heldOutShare expected share of the held-out side, in (0, 1)
   * @throws InvalidInputException if the share is out of range
   */
  default Split split(double heldOutShare, long seed) {
    if (!(heldOutShare > 0 && heldOutShare < 1)) {
      throw new InvalidInputException("held-out share must be in (0, 1), got " + heldOutShare);
    }
    Predicate<PreferenceSample> heldOut =
        sample -> (hash(seed, sample.id()) >>> 11) * 0x1.0p-53 < heldOutShare;
    return new Split(filter(heldOut.negate()), filter(heldOut));
  }

  /**
   * The two sides of a split.
   *
   * @param train to learn from
   * @param heldOut to measure on
   */
  record Split(PreferenceDataset train, PreferenceDataset heldOut) {}

  private static long hash(long seed, String text) {
    return Hashing.murmur3_128()
        .newHasher()
        .putLong(seed)
        .putString(text, StandardCharsets.UTF_8)
        .hash()
        .asLong();
  }
}
