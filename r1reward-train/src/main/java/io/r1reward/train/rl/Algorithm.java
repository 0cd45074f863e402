package io.r1reward.train.rl;

import io.r1reward.InvalidInputException;
import io.r1reward.train.advantage.AdvantageEstimator;
import io.r1reward.train.advantage.Advantages;
import io.r1reward.train.advantage.KlController;
import io.r1reward.train.advantage.KlEstimator;
import io.r1reward.train.advantage.KlPenalty;
import io.r1reward.train.loss.ClippedSurrogate;
import io.r1reward.train.loss.ClippedWeight;
import io.r1reward.train.loss.LossAggregation;
import io.r1reward.train.loss.PolicyLoss;
import io.r1reward.train.loss.SequenceSurrogate;
import io.r1reward.train.loss.SoftGate;

/**
 * How rewards become an update. Immutable; every method returns a changed copy, so each part of a
 * published algorithm can be replaced.
 *
 * <pre>{@code
 * Algorithm.stableReinforce()                                     // the paper's
 * Algorithm.stableReinforce().loss(ClippedSurrogate.ppo())        // without Pre-CLIP
 * Algorithm.stableReinforce().advantages(Advantages.reinforce().normalised()) // without the filter
 * }</pre>
 *
 * @param name for logs and checkpoints
 * @param advantages from rewards to advantages
 * @param loss on log-probabilities
 * @param aggregation of token losses
 * @param kl penalty to the reference inside the reward
 * @param dynamicSampling whether groups whose rewards are all equal are left out and replaced
 */
public record Algorithm(
    String name,
    AdvantageEstimator advantages,
    PolicyLoss loss,
    LossAggregation aggregation,
    KlPenalty kl,
    boolean dynamicSampling) {

  private static final double GRPO_KL = 0.04;
  private static final double RELEASED_KL = 1e-3;
  private static final double CLIP_HIGHER = 0.28;
  private static final double DUAL_CLIP = 3;

  private static Algorithm of(String name, AdvantageEstimator advantages, PolicyLoss loss) {
    return new Algorithm(
        name, advantages, loss, LossAggregation.sequenceMean(), KlPenalty.NONE, false);
  }

  /** StableReinforce as the paper defines it (arXiv 2505.02835): Pre-CLIP, 3σ filter, no KL. */
  public static Algorithm stableReinforce() {
    return of("StableReinforce", Advantages.stableReinforce(), ClippedSurrogate.stableReinforce());
  }

  /** StableReinforce as the released script runs it: its filter, and a KL of 1e-3 in the reward. */
  public static Algorithm stableReinforceReleased() {
    return of(
            "StableReinforce (released)",
            Advantages.releasedCode(),
            ClippedSurrogate.stableReinforce())
        .klInReward(RELEASED_KL, KlEstimator.K1);
  }

  /** REINFORCE++ (arXiv 2501.03262): normalised over the batch, no Pre-CLIP, no filter. */
  public static Algorithm reinforcePlusPlus() {
    return of("REINFORCE++", Advantages.reinforce().normalised(), ClippedSurrogate.ppo());
  }

  /** REINFORCE++-baseline: the group's mean as baseline; needs several samples per prompt. */
  public static Algorithm reinforcePlusPlusBaseline() {
    return of("REINFORCE++-baseline", Advantages.reinforceBaseline(), ClippedSurrogate.ppo());
  }

  /** RLOO (arXiv 2402.14740); needs several samples per prompt. */
  public static Algorithm rloo() {
    return of("RLOO", Advantages.rloo(), ClippedSurrogate.ppo());
  }

  /** GRPO (arXiv 2402.03300): group mean and deviation, k3 KL of 0.04 in the loss. */
  public static Algorithm grpo() {
    return of("GRPO", Advantages.grpo(), ClippedSurrogate.ppo().kl(GRPO_KL, KlEstimator.K3));
  }

  /**
   * Dr. GRPO (arXiv 2503.20783): group mean only, token losses over a constant length, no KL.
   *
   * @param length the constant, usually the completion limit
   */
  public static Algorithm drGrpo(int length) {
    return of("Dr. GRPO", Advantages.drGrpo(), ClippedSurrogate.ppo())
        .aggregation(LossAggregation.constantLength(length));
  }

  /** DAPO (arXiv 2503.14476): GRPO's advantages, clip-higher, token mean, dynamic sampling. */
  public static Algorithm dapo() {
    return of(
            "DAPO",
            Advantages.grpo(),
            ClippedSurrogate.ppo().clip(ClippedSurrogate.ppo().clipLow(), CLIP_HIGHER))
        .aggregation(LossAggregation.tokenMean())
        .dynamicSampling(true);
  }

  /** GSPO (arXiv 2507.18071): GRPO's advantages, one ratio for each rollout, no KL. */
  public static Algorithm gspo() {
    return of("GSPO", Advantages.grpo(), SequenceSurrogate.gspo());
  }

  /**
   * CISPO (MiniMax-M1, arXiv 2506.13585): GRPO's advantages, clipped importance weights, token
   * mean, no KL.
   *
   * @param clipHigh ε of the upper bound, {@code 1 + ε}; the paper does not say its value
   */
  public static Algorithm cispo(double clipHigh) {
    return of("CISPO", Advantages.grpo(), ClippedWeight.cispo(clipHigh))
        .aggregation(LossAggregation.tokenMean());
  }

  /** SAPO (arXiv 2511.20347): GRPO's advantages, a soft gate in place of the clip, no KL. */
  public static Algorithm sapo() {
    return of("SAPO", Advantages.grpo(), SoftGate.sapo());
  }

  /** PPO-clip with clip-higher and dual clip (arXiv 1912.09729), on normalised returns. */
  public static Algorithm ppoClip() {
    return of(
        "PPO-clip",
        Advantages.reinforce().normalised(),
        ClippedSurrogate.ppo()
            .clip(ClippedSurrogate.ppo().clipLow(), CLIP_HIGHER)
            .dualClip(DUAL_CLIP));
  }

  /** Sets the name. */
  public Algorithm named(String text) {
    return new Algorithm(text, advantages, loss, aggregation, kl, dynamicSampling);
  }

  /** Sets how rewards become advantages. */
  public Algorithm advantages(AdvantageEstimator estimator) {
    return new Algorithm(name, estimator, loss, aggregation, kl, dynamicSampling);
  }

  /**
   * Sets the loss; it says itself whether it {@linkplain PolicyLoss#needsReference needs} the
   * reference.
   */
  public Algorithm loss(PolicyLoss function) {
    return new Algorithm(name, advantages, function, aggregation, kl, dynamicSampling);
  }

  /** Sets how token losses become one number. */
  public Algorithm aggregation(LossAggregation how) {
    return new Algorithm(name, advantages, loss, how, kl, dynamicSampling);
  }

  /** Sets the KL penalty inside the reward. */
  public Algorithm kl(KlPenalty penalty) {
    return new Algorithm(name, advantages, loss, aggregation, penalty, dynamicSampling);
  }

  /** Puts a KL penalty into the reward; the controller stays. */
  public Algorithm klInReward(double weight, KlEstimator estimator) {
    return kl(new KlPenalty(weight, estimator, kl.controller()));
  }

  /** Sets what becomes of the weight of the KL inside the reward. */
  public Algorithm klController(KlController controller) {
    return kl(new KlPenalty(kl.weight(), kl.estimator(), controller));
  }

  /** Sets whether groups without signal are left out and replaced. */
  public Algorithm dynamicSampling(boolean wanted) {
    return new Algorithm(name, advantages, loss, aggregation, kl, wanted);
  }

  /**
   * Checks that a number of samples per prompt can teach this algorithm anything.
   *
   * @throws InvalidInputException if rollouts are compared within their group, and there is but one
   */
  public void requireSamples(int samplesPerPrompt) {
    if (samplesPerPrompt < 2 && (dynamicSampling || advantages.comparesWithinGroups())) {
      throw new InvalidInputException(
          name
              + " compares the completions of a prompt with each other and needs at least 2 samples"
              + " per prompt (rollouts), got "
              + samplesPerPrompt);
    }
  }

  /** Says whether log-probabilities of a reference are needed at all. */
  public boolean needsReference() {
    return kl.weight() > 0 || loss.needsReference();
  }
}
