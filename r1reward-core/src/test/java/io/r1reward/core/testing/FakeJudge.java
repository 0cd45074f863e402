package io.r1reward.core.testing;

import io.r1reward.FinishReason;
import io.r1reward.Judgement;
import io.r1reward.ModelInfo;
import io.r1reward.Order;
import io.r1reward.PreferenceScore;
import io.r1reward.Preferred;
import io.r1reward.Rating;
import io.r1reward.RatingRequest;
import io.r1reward.ResponseScores;
import io.r1reward.RewardModel;
import io.r1reward.ScoreRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;

/**
 * A judge of lengths that remembers what it was asked. Of two responses the longer one has the
 * vote, with soft score a / (a + b); a rating is the response's length, "mute" has none. Not
 * thread-safe.
 */
public final class FakeJudge implements RewardModel {
  /** What it was asked to compare. */
  public final List<ScoreRequest> asked = new ArrayList<>();

  /** What it was asked to rate. */
  public final List<RatingRequest> rated = new ArrayList<>();

  private final boolean soft;
  private boolean scalar;

  /** Whether it prefers what it reads first instead. */
  public boolean readsFirst;

  /** Whether it never answers. */
  public boolean hangs;

  /** With soft scores, or with votes alone. */
  public FakeJudge(boolean soft) {
    this.soft = soft;
  }

  /** Casts no vote and writes nothing; its scores are the lengths. */
  public static FakeJudge scalar() {
    FakeJudge judge = new FakeJudge(true);
    judge.scalar = true;
    return judge;
  }

  @Override
  public CompletableFuture<PreferenceScore> submit(ScoreRequest request) {
    asked.add(request);
    if (hangs) {
      return new CompletableFuture<>();
    }
    double first = request.pair().first().length();
    double second = request.pair().second().length();
    if (scalar) {
      return CompletableFuture.completedFuture(
          PreferenceScore.ofScores(5, new ResponseScores(first, second)));
    }
    double share = first / (first + second);
    Preferred preferred =
        share > 0.5 ? Preferred.FIRST : share < 0.5 ? Preferred.SECOND : Preferred.UNDECIDED;
    List<Judgement> judgements = new ArrayList<>();
    for (int i = 0; i < request.voting().judgements(); i++) {
      boolean swapped = request.voting().bothOrders() && i % 2 == 1;
      judgements.add(
          new Judgement(
              readsFirst ? (swapped ? Preferred.SECOND : Preferred.FIRST) : preferred,
              swapped ? Order.SWAPPED : Order.GIVEN,
              "reason " + i,
              "text " + i,
              List.of(7, 8),
              -1,
              soft ? OptionalDouble.of(share) : OptionalDouble.empty(),
              FinishReason.STOP,
              true));
    }
    return CompletableFuture.completedFuture(PreferenceScore.of(5, judgements));
  }

  @Override
  public CompletableFuture<Rating> rateAsync(RatingRequest request) {
    rated.add(request);
    OptionalDouble score =
        request.response().equals("mute")
            ? OptionalDouble.empty()
            : OptionalDouble.of(request.response().length());
    return CompletableFuture.completedFuture(
        Rating.of(List.of(new Rating.Sample(score, "as long as it is", 3, FinishReason.STOP))));
  }

  @Override
  public ModelInfo info() {
    return new ModelInfo("fake", "cpu", "float32", "plain", "none", 1, 1, 1, 1);
  }

  @Override
  public void close() {}
}
