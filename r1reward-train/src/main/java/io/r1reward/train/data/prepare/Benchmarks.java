package io.r1reward.train.data.prepare;

import com.google.common.collect.ImmutableList;
import com.google.common.hash.HashCode;
import io.r1reward.InvalidInputException;
import io.r1reward.MediaException;
import io.r1reward.train.data.PreferenceDataset;
import io.r1reward.train.data.PreferenceSample;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Drops pairs that a benchmark has, by its pictures and questions. Not thread-safe. */
public final class Benchmarks implements PreparationStep {
  private record Part(String name, HashTable hashes) {}

  private final Contamination policy;
  private final PairKeys keys;
  private final List<Part> parts = new ArrayList<>();

  /**
   * Begins with no benchmark.
   *
   * @param keys reads their pictures; not used where questions alone count
   */
  public Benchmarks(Contamination policy, PairKeys keys) {
    this.policy = policy;
    this.keys = keys;
  }

  /**
   * Reads a benchmark. Its labels and responses decide nothing.
   *
   * @param name for messages
   * @return how many pairs it has
   * @throws InvalidInputException if a picture of it cannot be read: what it shows would not be
   *     found
   */
  public long add(String name, PreferenceDataset benchmark) {
    HashTable hashes = new HashTable();
    long count = 0;
    try (Stream<PreferenceSample> samples = benchmark.open()) {
      for (Iterator<PreferenceSample> all = samples.iterator(); all.hasNext(); count++) {
        keysOf(read(all.next())).forEach(hashes::add);
      }
    }
    parts.add(new Part(name, hashes));
    return count;
  }

  private KeyedPair read(PreferenceSample sample) {
    if (policy == Contamination.QUESTION) {
      return PairKeys.withoutMedia(sample);
    }
    try {
      return keys.of(sample);
    } catch (MediaException e) {
      throw new InvalidInputException(sample.place() + " of a benchmark: " + e.getMessage(), e);
    }
  }

  @Override
  public @Nullable PreparationDrop check(KeyedPair pair) {
    List<HashCode> wanted = keysOf(pair);
    for (Part part : parts) {
      if (wanted.stream().anyMatch(part.hashes::contains)) {
        return new PreparationDrop(
            PreparationDrop.Reason.BENCHMARK, part.name + " has " + shared());
      }
    }
    return null;
  }

  private String shared() {
    return switch (policy) {
      case PICTURE -> "the picture";
      case QUESTION -> "the question";
      case BOTH -> "the question about the picture";
      case EITHER -> "the picture or the question";
    };
  }

  /** Returns what one of must be shared. */
  private List<HashCode> keysOf(KeyedPair pair) {
    HashCode bare = PairKeys.all(ImmutableList.of(pair.questionHash()));
    return switch (policy) {
      case PICTURE -> pair.mediaHashes().isEmpty() ? ImmutableList.of(bare) : pair.mediaHashes();
      case QUESTION -> ImmutableList.of(pair.questionHash());
      case BOTH ->
          pair.mediaHashes().isEmpty()
              ? ImmutableList.of(bare)
              : pair.mediaHashes().stream()
                  .map(one -> PairKeys.all(ImmutableList.of(one, pair.questionHash())))
                  .collect(ImmutableList.toImmutableList());
      case EITHER ->
          ImmutableList.<HashCode>builder()
              .addAll(pair.mediaHashes())
              .add(pair.questionHash())
              .build();
    };
  }
}
