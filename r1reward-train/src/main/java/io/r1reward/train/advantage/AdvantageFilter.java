package io.r1reward.train.advantage;

import io.r1reward.InvalidInputException;
import io.r1reward.train.advantage.AdvantageNormalisation.Normalised;

/**
 * Removes advantages that would dominate an update, by setting them to 0 (StableReinforce, arXiv
 * 2505.02835, §3.2). The ones here are stateless and thread-safe.
 */
@FunctionalInterface
public interface AdvantageFilter {

  /**
   * Says whether a normalised advantage stays.
   *
   * @param advantage the normalised value
   * @param batch the batch it belongs to
   */
  boolean keeps(double advantage, Normalised batch);

  /** Keeps everything. */
  static AdvantageFilter none() {
    return (advantage, batch) -> true;
  }

  /**
   * The paper's 3σ rule with {@code sigmas = 3}: keeps normalised advantages within [−sigmas,
   * sigmas]; NaN and ±Inf go.
   *
   * @throws InvalidInputException if {@code sigmas} is not positive
   */
  static AdvantageFilter sigma(double sigmas) {
    if (!(sigmas > 0)) {
      throw new InvalidInputException("filter width must be positive, got " + sigmas);
    }
    return (advantage, batch) -> Math.abs(advantage) <= sigmas;
  }

  /**
   * The released code's, for comparison only: compares the normalised value with {@code mean ± 3},
   * where the mean is that of the advantages <em>before</em> normalisation, and drops |Â| &gt; 10.
   */
  static AdvantageFilter released() {
    return (advantage, batch) ->
        advantage >= batch.mean() - 3 && advantage <= batch.mean() + 3 && Math.abs(advantage) <= 10;
  }

  /** Returns the values with those that are not kept set to 0. */
  default double[][] apply(Normalised batch) {
    double[][] result = new double[batch.values().length][];
    for (int i = 0; i < result.length; i++) {
      result[i] = batch.values()[i].clone();
      for (int t = 0; t < result[i].length; t++) {
        if (!keeps(result[i][t], batch)) {
          result[i][t] = 0;
        }
      }
    }
    return result;
  }

  /** Returns the share of the action tokens that are not kept, in [0, 1]; 0 if there are none. */
  default double filteredShare(Normalised batch) {
    long filtered = 0;
    for (int i = 0; i < batch.values().length; i++) {
      for (int t = 0; t < batch.values()[i].length; t++) {
        filtered += batch.mask()[i][t] && !keeps(batch.values()[i][t], batch) ? 1 : 0;
      }
    }
    return (double) filtered / Math.max(1, Ragged.count(batch.mask()));
  }
}
