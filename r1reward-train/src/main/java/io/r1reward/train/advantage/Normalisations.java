package io.r1reward.train.advantage;

import io.r1reward.train.advantage.AdvantageNormalisation.Normalised;
import org.jspecify.annotations.Nullable;

/** The formulas behind {@link AdvantageNormalisation}. */
final class Normalisations {
  private static final double RELEASED_MIN_VARIANCE = 1e-8;
  private static final double RELEASED_OFFSET = 1e-8;

  private Normalisations() {}

  static Normalised global(double[][] advantages, boolean[][] mask) {
    Ragged.requireSameShape("advantages", advantages, mask);
    double[][] result = Ragged.zeros(mask);
    long count = Ragged.count(mask);
    if (count == 0) {
      return new Normalised(result, mask, 0, 1);
    }
    double mean = sum(advantages, mask) / count;
    double deviation = Math.sqrt(squares(advantages, mask, mean) / count);
    if (Spread.isNone(mean, deviation)) {
      return new Normalised(result, mask, mean, 1 / AdvantageNormalisation.EPSILON);
    }
    double scale = 1 / (deviation + AdvantageNormalisation.EPSILON);
    for (int i = 0; i < mask.length; i++) {
      for (int t = 0; t < mask[i].length; t++) {
        result[i][t] = mask[i][t] ? (advantages[i][t] - mean) * scale : 0;
      }
    }
    return new Normalised(result, mask, mean, scale);
  }

  static Normalised released(double[][] advantages, boolean[][] mask) {
    Ragged.requireSameShape("advantages", advantages, mask);
    double count = Ragged.count(mask);
    double mean = sum(advantages, null) / count;
    double variance = squares(advantages, mask, mean) / count;
    double scale = 1 / Math.sqrt(Math.max(variance, RELEASED_MIN_VARIANCE));
    double[][] result = Ragged.zeros(mask);
    for (int i = 0; i < mask.length; i++) {
      for (int t = 0; t < mask[i].length; t++) {
        result[i][t] = (advantages[i][t] - mean) * scale + RELEASED_OFFSET;
      }
    }
    return new Normalised(result, mask, mean, scale);
  }

  private static double sum(double[][] values, boolean @Nullable [][] mask) {
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      for (int t = 0; t < values[i].length; t++) {
        sum += mask == null || mask[i][t] ? values[i][t] : 0;
      }
    }
    return sum;
  }

  private static double squares(double[][] values, boolean[][] mask, double mean) {
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      for (int t = 0; t < values[i].length; t++) {
        double delta = values[i][t] - mean;
        sum += mask[i][t] ? delta * delta : 0;
      }
    }
    return sum;
  }
}
