package io.r1reward.train.advantage;

/**
 * Brings the advantages of a whole rollout batch to a common scale. The ones here are stateless and
 * thread-safe.
 */
@FunctionalInterface
public interface AdvantageNormalisation {

  /** ε added to the standard deviation by {@link #global()}. */
  double EPSILON = 1e-8;

  /**
   * Returns normalised advantages with the statistics used.
   *
   * @param advantages {@code [rollout][token]}
   * @param mask action tokens, same shape
   */
  Normalised normalise(double[][] advantages, boolean[][] mask);

  /**
   * Normalised advantages.
   *
   * @param values {@code [rollout][token]}
   * @param mask action tokens, same shape
   * @param mean mean of the advantages before normalisation
   * @param scale factor applied after subtracting the mean
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Normalised(double[][] values, boolean[][] mask, double mean, double scale) {}

  /** Leaves them as they are. */
  static AdvantageNormalisation none() {
    return (advantages, mask) -> new Normalised(advantages, mask, 0, 1);
  }

  /**
   * The paper's: {@code Â = (A − mean) / (std + ε)} with mean and population standard deviation
   * over all action tokens of the batch. Masked positions take no part and become 0; so does
   * everything where no token acts, or where the deviation is at most 1e-6 of the mean: equal
   * values but for the rounding of their sum, which ε alone would not hide.
   */
  static AdvantageNormalisation global() {
    return Normalisations::global;
  }

  /**
   * The released code's, for comparison only: the mean divides a sum over <em>all</em> positions by
   * the number of action tokens, the variance is at least 1e-8, 1e-8 is added after scaling, and
   * masked positions are computed too.
   */
  static AdvantageNormalisation released() {
    return Normalisations::released;
  }
}
