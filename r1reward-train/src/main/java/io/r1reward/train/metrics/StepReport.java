package io.r1reward.train.metrics;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one step reports. Immutable.
 *
 * @param step number of the step, from 1
 * @param values numbers by the names of {@link Metric}, and those of user reward functions as
 *     {@code reward/<name>}; unmodifiable, in the order given
 * @param samples completions to look at; unmodifiable
 */
public record StepReport(long step, Map<String, Double> values, List<Sample> samples) {

  /** Keeps copies. */
  public StepReport {
    values = ImmutableMap.copyOf(values); // keeps the order
    samples = List.copyOf(samples);
  }

  /**
   * One completion.
   *
   * @param id of its data sample
   * @param text the completion
   * @param reward its reward
   */
  public record Sample(String id, String text, double reward) {}

  /** Returns a value by its place in the glossary; NaN where it was not reported. */
  public double value(Metric metric) {
    return values.getOrDefault(metric.key(), Double.NaN);
  }

  /** Starts a report. */
  public static Builder builder(long step) {
    return new Builder(step);
  }

  /** Collects a report. Not thread-safe. */
  public static final class Builder {
    private final long step;
    private final Map<String, Double> values = new LinkedHashMap<>();
    private final ImmutableList.Builder<Sample> samples = ImmutableList.builder();

    private Builder(long step) {
      this.step = step;
    }

    /** Sets a number. */
    @CanIgnoreReturnValue
    public Builder put(Metric metric, double value) {
      return put(metric.key(), value);
    }

    /** Sets a number of a name outside the glossary. */
    @CanIgnoreReturnValue
    public Builder put(String key, double value) {
      values.put(key, value);
      return this;
    }

    /** Adds a completion to look at. */
    @CanIgnoreReturnValue
    public Builder sample(Sample sample) {
      samples.add(sample);
      return this;
    }

    /** Returns the report. */
    public StepReport build() {
      return new StepReport(step, ImmutableMap.copyOf(values), samples.build());
    }
  }
}
