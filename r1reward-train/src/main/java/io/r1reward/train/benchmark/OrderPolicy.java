package io.r1reward.train.benchmark;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;

/** Where the chosen response stands when a pair is shown. */
public enum OrderPolicy {
  /** First, always, as in the paper's scripts: a judge that says "1" to everything gets 100 %. */
  CHOSEN_FIRST,
  /** Where a hash of seed and id puts it, so that a pair keeps its order in any subset. */
  SHUFFLED,
  /** In both places, each a trial of its own. */
  BOTH;

  /** Returns whether a pair of this id is shown with the chosen response first. */
  boolean chosenFirst(String id, long seed) {
    return this != SHUFFLED
        || (Hashing.murmur3_128()
                    .newHasher()
                    .putLong(seed)
                    .putString(id, StandardCharsets.UTF_8)
                    .hash()
                    .asLong()
                & 1)
            == 0;
  }
}
