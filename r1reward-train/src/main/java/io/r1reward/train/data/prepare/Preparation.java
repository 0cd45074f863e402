package io.r1reward.train.data.prepare;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Maps;
import io.r1reward.MediaException;
import io.r1reward.train.data.PreferenceSample;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Opens the pictures of one pair after the other, runs steps over those whose pictures open, and
 * counts what is dropped; the first step that drops a pair is the last that sees it. Not
 * thread-safe.
 */
public final class Preparation {
  private final PairKeys keys;
  private final ImmutableList<PreparationStep> steps;
  private final Map<PreparationDrop.Reason, Long> drops =
      new EnumMap<>(PreparationDrop.Reason.class);
  private long kept;

  /**
   * Makes a chain.
   *
   * @param keys reads the pictures
   * @param steps in this order
   */
  public Preparation(PairKeys keys, List<PreparationStep> steps) {
    this.keys = keys;
    this.steps = ImmutableList.copyOf(steps);
  }

  /** Returns why a pair is dropped, null where it is kept; either is counted. */
  public @Nullable PreparationDrop check(PreferenceSample sample) {
    PreparationDrop drop = first(sample);
    if (drop == null) {
      kept++;
    } else {
      drops.merge(drop.reason(), 1L, Long::sum);
    }
    return drop;
  }

  private @Nullable PreparationDrop first(PreferenceSample sample) {
    KeyedPair pair;
    try {
      pair = keys.of(sample);
    } catch (MediaException e) {
      return new PreparationDrop(
          PreparationDrop.Reason.BROKEN_PICTURE, String.valueOf(e.getMessage()));
    }
    for (PreparationStep step : steps) {
      PreparationDrop drop = step.check(pair);
      if (drop != null) {
        return drop;
      }
    }
    return null;
  }

  /** Returns how many pairs were kept so far. */
  public long kept() {
    return kept;
  }

  /** Returns how many were dropped so far, for each reason there was. */
  public Map<PreparationDrop.Reason, Long> drops() {
    return Maps.immutableEnumMap(drops);
  }
}
