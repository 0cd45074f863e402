package io.r1reward.core.generate;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;

/**
 * The random numbers of one sample: a SplitMix64 sequence [1] that starts from (seed, prompt,
 * sample), one uniform number per token. It depends on nothing else, so a sample draws the same
 * numbers whatever the batch, the thread or the engine. Not thread-safe.
 *
 * <p>[1] Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014.
 */
public final class UniformStream {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
  private static final double TWO_TO_MINUS_53 = 0x1.0p-53;

  private long state;

  private UniformStream(long state) {
    this.state = state;
  }

  /**
   * Starts the stream of one sample. The prompt counts by its tokens and the grids of its media.
   */
  public static UniformStream of(long seed, Prompt prompt, int sample) {
    Hasher hasher = Hashing.murmur3_128().newHasher();
    for (int token : prompt.tokens()) {
      hasher.putInt(token);
    }
    for (VisionInput input : prompt.vision()) {
      hasher.putInt(input.gridT()).putInt(input.gridH()).putInt(input.gridW());
    }
    long key = hasher.hash().asLong();
    return new UniformStream(mix(mix(mix(seed + GOLDEN_GAMMA) ^ key) + sample));
  }

  /** Returns the next number, uniform in [0, 1). */
  public double next() {
    state += GOLDEN_GAMMA;
    return uniform(state);
  }

  /** Returns the next numbers, {@code [count]}, without taking them. */
  public double[] peek(int count) {
    double[] numbers = new double[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = uniform(state + (i + 1) * GOLDEN_GAMMA);
    }
    return numbers;
  }

  /** Takes numbers that {@link #peek} returned. */
  public void skip(int count) {
    state += count * GOLDEN_GAMMA;
  }

  private static double uniform(long state) {
    return (mix(state) >>> 11) * TWO_TO_MINUS_53;
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
