package io.r1reward.train.advantage;

import io.r1reward.train.advantage.AdvantageNormalisation.Normalised;

/**
 * The published advantage estimators as one chain: shape rewards within groups, clip, add the KL
 * penalty, sum to returns, normalise over the batch, filter. Immutable and thread-safe; every
 * method returns a changed copy.
 *
 * <pre>{@code
 * Advantages.reinforce().normalised().filter(AdvantageFilter.sigma(3))   // StableReinforce
 * Advantages.reinforce().normalised()                                    // REINFORCE++
 * Advantages.grpo()                                                      // GRPO
 * }</pre>
 *
 * <p>Defaults: γ = 1, reward clipped to ±10, no normalisation, no filter.
 *
 * @param shaping comparison within groups
 * @param clip range of the shaped reward
 * @param gamma discount
 * @param normalisation over the batch
 * @param filter of the normalised values
 */
public record Advantages(
    RewardShaping shaping,
    RewardClip clip,
    double gamma,
    AdvantageNormalisation normalisation,
    AdvantageFilter filter)
    implements AdvantageEstimator {

  private static final double GRPO_EPSILON = 1e-4;

  private static Advantages shaped(RewardShaping shaping) {
    return new Advantages(
        shaping, RewardClip.DEFAULT, 1, AdvantageNormalisation.none(), AdvantageFilter.none());
  }

  /** Advantage = return; with {@link #normalised()} it is REINFORCE++ (arXiv 2501.03262). */
  public static Advantages reinforce() {
    return shaped(RewardShaping.none());
  }

  /** StableReinforce (arXiv 2505.02835): REINFORCE, normalised, 3σ filter. */
  public static Advantages stableReinforce() {
    return reinforce().normalised().filter(AdvantageFilter.sigma(3));
  }

  /** StableReinforce exactly as the released code computes it; see the two {@code released()}. */
  public static Advantages releasedCode() {
    return reinforce()
        .normalised(AdvantageNormalisation.released())
        .filter(AdvantageFilter.released());
  }

  /** REINFORCE++-baseline: group mean as baseline, then normalised over the batch. */
  public static Advantages reinforceBaseline() {
    return shaped(RewardShaping.groupMean()).normalised();
  }

  /** RLOO (arXiv 2402.14740): leave-one-out baseline, no normalisation. */
  public static Advantages rloo() {
    return shaped(RewardShaping.leaveOneOut());
  }

  /** GRPO (arXiv 2402.03300): group mean and standard deviation (plus 1e-4). */
  public static Advantages grpo() {
    return shaped(RewardShaping.groupNormalised(GRPO_EPSILON));
  }

  /** Dr. GRPO (arXiv 2503.20783): group mean only, no division. */
  public static Advantages drGrpo() {
    return shaped(RewardShaping.groupMean());
  }

  /** Normalises over the action tokens of the batch. */
  public Advantages normalised() {
    return normalised(AdvantageNormalisation.global());
  }

  /** Normalises in a given way. */
  public Advantages normalised(AdvantageNormalisation how) {
    return new Advantages(shaping, clip, gamma, how, filter);
  }

  /** Filters the normalised advantages. */
  public Advantages filter(AdvantageFilter which) {
    return new Advantages(shaping, clip, gamma, normalisation, which);
  }

  /** Discounts by {@code factor} per token. */
  public Advantages gamma(double factor) {
    return new Advantages(shaping, clip, factor, normalisation, filter);
  }

  /** Clips shaped rewards to a range. */
  public Advantages clip(RewardClip range) {
    return new Advantages(shaping, range, gamma, normalisation, filter);
  }

  @Override
  public boolean comparesWithinGroups() {
    return shaping.comparesWithinGroups();
  }

  @Override
  public AdvantageEstimate estimate(RolloutScores scores) {
    double[] shaped = shaping.shape(scores.rewards(), scores.groups());
    double[][] tokenRewards =
        TokenRewards.of(shaped, scores.kl(), scores.mask(), scores.klCoefficient(), clip);
    double[][] returns = TokenRewards.returns(tokenRewards, scores.mask(), gamma);
    Normalised normalised = normalisation.normalise(returns, scores.mask());
    return new AdvantageEstimate(
        filter.apply(normalised), returns, filter.filteredShare(normalised));
  }
}
