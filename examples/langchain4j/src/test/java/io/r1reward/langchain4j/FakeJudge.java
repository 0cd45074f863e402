package io.r1reward.langchain4j;

import io.r1reward.FinishReason;
import io.r1reward.Judgement;
import io.r1reward.ModelInfo;
import io.r1reward.Order;
import io.r1reward.PreferenceScore;
import io.r1reward.Preferred;
import io.r1reward.Rating;
import io.r1reward.RatingRequest;
import io.r1reward.RewardModel;
import io.r1reward.ScoreRequest;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToDoubleBiFunction;

/**
 * A judge of two tokens a judgement that remembers what it was asked. A response that is preferred
 * with a number above one half has the vote.
 */
final class FakeJudge implements RewardModel {
  final List<ScoreRequest> asked = new CopyOnWriteArrayList<>();
  private final ToDoubleBiFunction<String, String> firstIsBetter;
  private final boolean soft;

  FakeJudge(ToDoubleBiFunction<String, String> firstIsBetter, boolean soft) {
    this.firstIsBetter = firstIsBetter;
    this.soft = soft;
  }

  /** Prefers the longer response, with soft score a / (a + b) for lengths a and b. */
  static FakeJudge ofLengths() {
    return new FakeJudge((a, b) -> (double) a.length() / (a.length() + b.length()), true);
  }

  @Override
  public CompletableFuture<PreferenceScore> submit(ScoreRequest request) {
    asked.add(request);
    double first = firstIsBetter.applyAsDouble(request.pair().first(), request.pair().second());
    Preferred preferred =
        first > 0.5 ? Preferred.FIRST : first < 0.5 ? Preferred.SECOND : Preferred.UNDECIDED;
    Judgement judgement =
        new Judgement(
            preferred,
            Order.GIVEN,
            "",
            preferred.toString(),
            List.of(7, 8),
            -1,
            soft ? OptionalDouble.of(first) : OptionalDouble.empty(),
            FinishReason.STOP,
            true);
    return CompletableFuture.completedFuture(
        PreferenceScore.of(5, Collections.nCopies(request.voting().judgements(), judgement)));
  }

  @Override
  public ModelInfo info() {
    return new ModelInfo("fake", "cpu", "float32", "plain", "none", 1, 1, 1, 1);
  }

  @Override
  public void close() {}

  /** Rates by length over the question's, in three tokens; the response "mute" has no rating. */
  static RewardModel rating() {
    return new RewardModel() {
      @Override
      public CompletableFuture<PreferenceScore> submit(ScoreRequest request) {
        throw new AssertionError("a rating needs no pair");
      }

      @Override
      public CompletableFuture<Rating> rateAsync(RatingRequest request) {
        OptionalDouble score =
            request.response().equals("mute")
                ? OptionalDouble.empty()
                : OptionalDouble.of(request.response().length() - request.question().length());
        return CompletableFuture.completedFuture(
            Rating.of(List.of(new Rating.Sample(score, "", 3, FinishReason.STOP))));
      }

      @Override
      public ModelInfo info() {
        return new ModelInfo("fake", "cpu", "float32", "plain", "none", 1, 1, 1, 1);
      }

      @Override
      public void close() {}
    };
  }
}
