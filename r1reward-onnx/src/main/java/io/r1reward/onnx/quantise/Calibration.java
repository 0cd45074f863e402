package io.r1reward.onnx.quantise;

import com.google.common.collect.ImmutableMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the inputs of a model's matrices look like on typical prompts, by the matrices' checkpoint
 * names. Immutable by contract.
 */
public final class Calibration {
  private final ImmutableMap<String, InputMoments> moments;

  /** Puts moments together; matrices that read the same input share theirs. */
  public Calibration(Map<String, InputMoments> moments) {
    this.moments = ImmutableMap.copyOf(moments);
  }

  /** Returns the moments of a matrix's input, null where there are none. */
  public @Nullable InputMoments of(String weight) {
    return moments.get(weight);
  }

  /** Returns the number of tokens seen. */
  public long tokens() {
    return moments.values().stream().mapToLong(InputMoments::tokens).max().orElse(0);
  }
}
