package io.r1reward.train.benchmark;

import java.util.Collection;

/**
 * A 95 % confidence interval of a share.
 *
 * @param low in [0, 1]
 * @param high in [0, 1]
 */
public record Interval(double low, double high) {
  /** Quantile of the normal distribution that leaves 2.5 % on each side. */
  static final double Z = 1.959963984540054;

  /** What one cluster has. */
  record Cluster(long trials, long right) {}

  /**
   * Interval of a share of trials of which those in one cluster depend on each other, as the pairs
   * about one picture do: Wilson's interval with as many trials as independent ones would have to
   * be to have the cluster-robust variance {@code G / (G - 1) · Σ (right_g − p · n_g)² / N²}. Where
   * that variance is zero (all right, all wrong) each cluster counts as one trial; it never gets
   * narrower than with independent trials.
   *
   * @return (0, 1) where there is no trial
   */
  static Interval clustered(Collection<Cluster> clusters) {
    double trials = clusters.stream().mapToLong(Cluster::trials).sum();
    if (trials == 0) {
      return new Interval(0, 1);
    }
    double share = clusters.stream().mapToLong(Cluster::right).sum() / trials;
    return wilson(share, Math.min(trials, independent(clusters, share, trials)));
  }

  private static double independent(Collection<Cluster> clusters, double share, double trials) {
    int count = clusters.size();
    if (count == 1) {
      return 1;
    }
    double squares = 0;
    for (Cluster cluster : clusters) {
      double rest = cluster.right - share * cluster.trials;
      squares += rest * rest;
    }
    double variance = (double) count / (count - 1) * squares / (trials * trials);
    return share == 0 || share == 1 || variance == 0 ? count : share * (1 - share) / variance;
  }

  /** Wilson's interval of a share among {@code trials} independent ones, not always whole. */
  static Interval wilson(double share, double trials) {
    double z2 = Z * Z;
    double middle = (share + z2 / (2 * trials)) / (1 + z2 / trials);
    double half =
        Z
            / (1 + z2 / trials)
            * Math.sqrt(share * (1 - share) / trials + z2 / (4 * trials * trials));
    return new Interval(Math.max(0, middle - half), Math.min(1, middle + half));
  }
}
