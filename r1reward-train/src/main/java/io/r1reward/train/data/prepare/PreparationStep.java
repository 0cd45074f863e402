package io.r1reward.train.data.prepare;

import org.jspecify.annotations.Nullable;

/** Looks at one pair after the other and drops some. Need not be thread-safe. */
@FunctionalInterface
public interface PreparationStep {

  /** Returns why a pair is dropped, null where it is kept. */
  @Nullable PreparationDrop check(KeyedPair pair);
}
