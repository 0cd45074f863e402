package io.r1reward.train.reward;

import com.google.common.collect.ImmutableMap;
import java.util.Map;

/**
 * A reward and the parts it was made of. Immutable.
 *
 * @param total the reward
 * @param parts unweighted values by name: {@code result}, {@code format}, {@code consistency} and
 *     the names of added functions; consistency only where it was asked for; unmodifiable
 */
public record RewardBreakdown(double total, Map<String, Double> parts) {

  /** Keeps a copy of the parts. */
  public RewardBreakdown {
    parts = ImmutableMap.copyOf(parts); // keeps the order
  }
}
