package io.r1reward.examples.score;

import com.google.errorprone.annotations.Immutable;
import io.r1reward.InvalidInputException;
import io.r1reward.PreferencePair;
import io.r1reward.PreferenceScore;
import io.r1reward.Preferred;
import io.r1reward.RewardModel;
import io.r1reward.Sampling;
import io.r1reward.ScoreRequest;
import io.r1reward.ScoreStatus;
import io.r1reward.Voting;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;

/**
 * Two judges, of which the second, dear one is asked only where the first is not sure: where its
 * {@link #margin} is below a limit, and where it cannot judge the pair at all. What a pair gets
 * depends on the pair, the limit and the seeds alone. Thread-safe; owns no model.
 */
public final class Cascade {
  private final Tier first;
  private final Tier second;
  private final double margin;

  /**
   * A judge and how it is asked.
   *
   * @param model the judge
   * @param voting judgements per pair
   * @param sampling how tokens are drawn
   */
  public record Tier(RewardModel model, Voting voting, Sampling sampling) {

    CompletableFuture<PreferenceScore> submit(PreferencePair pair) {
      return PairScoring.ask(
          model, ScoreRequest.builder(pair).voting(voting).sampling(sampling).build());
    }
  }

  /**
   * What a pair got.
   *
   * @param score of the judge whose verdict stands
   * @param tier 1 or 2, the judge whose verdict stands; 0 where there is no cascade
   * @param margin of the first judge; empty where it gave no verdict, and without a cascade
   */
  @Immutable
  @SuppressWarnings("Immutable") // a score is
  public record Verdict(PreferenceScore score, int tier, OptionalDouble margin) {

    /** The only judge's. */
    static Verdict alone(PreferenceScore score) {
      return new Verdict(score, 0, OptionalDouble.empty());
    }
  }

  /**
   * Makes a cascade.
   *
   * @param margin least margin with which the first judge's verdict stands, in [0, 1]
   */
  public Cascade(Tier first, Tier second, double margin) {
    this.first = first;
    this.second = second;
    this.margin = requireMargin(margin);
  }

  /** Checks the least margin with which the first judge's verdict stands. */
  public static double requireMargin(double margin) {
    if (!(margin >= 0 && margin <= 1)) {
      throw new InvalidInputException("margin must be in [0, 1], got " + margin);
    }
    return margin;
  }

  /**
   * How sure a judge is: twice the distance of its graded reward from a half, towards the response
   * that it prefers, in [0, 1]; for a scalar judge this is the hyperbolic tangent of half the
   * difference. 0 where votes and graded reward contradict each other.
   *
   * @return empty where it prefers none, did not come to its end or has no graded reward
   */
  public static OptionalDouble margin(PreferenceScore score) {
    if (score.status() != ScoreStatus.COMPLETE
        || score.preferred() == Preferred.UNDECIDED
        || score.softFirst().isEmpty()) {
      return OptionalDouble.empty();
    }
    double towardsFirst = 2 * score.softFirst().getAsDouble() - 1;
    return OptionalDouble.of(
        Math.max(0, score.preferred() == Preferred.FIRST ? towardsFirst : -towardsFirst));
  }

  /**
   * Starts to judge a pair. Cancelling the future ends the judgements.
   *
   * @return fails with {@link InvalidInputException} where the second judge cannot judge the pair
   *     either, and with {@link io.r1reward.RewardModelException} where an engine fails
   */
  public CompletableFuture<Verdict> submit(PreferencePair pair) {
    CompletableFuture<Verdict> verdict = new CompletableFuture<>();
    PairScoring.follow(
        first.submit(pair),
        verdict,
        (score, failure) -> {
          if (failure != null && !(failure instanceof InvalidInputException)) {
            verdict.completeExceptionally(failure);
            return;
          }
          OptionalDouble sure = score == null ? OptionalDouble.empty() : margin(score);
          if (score != null && sure.isPresent() && sure.getAsDouble() >= margin) {
            verdict.complete(new Verdict(score, 1, sure));
          } else {
            askSecond(pair, sure, verdict);
          }
        });
    return verdict;
  }

  private void askSecond(
      PreferencePair pair, OptionalDouble sure, CompletableFuture<Verdict> verdict) {
    if (verdict.isDone()) {
      return; // cancelled
    }
    PairScoring.follow(
        second.submit(pair),
        verdict,
        (score, failure) -> {
          if (score != null) {
            verdict.complete(new Verdict(score, 2, sure));
          } else if (failure != null) {
            verdict.completeExceptionally(failure);
          }
        });
  }
}
