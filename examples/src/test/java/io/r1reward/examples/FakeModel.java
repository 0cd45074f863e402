package io.r1reward.examples;

import com.google.common.collect.ImmutableList;
import io.r1reward.FinishReason;
import io.r1reward.Judgement;
import io.r1reward.ModelInfo;
import io.r1reward.Order;
import io.r1reward.PreferenceScore;
import io.r1reward.Preferred;
import io.r1reward.RewardModel;
import io.r1reward.ScoreRequest;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A model that answers by a function, and remembers what it was asked. */
public final class FakeModel implements RewardModel {
  public final List<ScoreRequest> asked = new CopyOnWriteArrayList<>();
  private final Function<ScoreRequest, CompletableFuture<PreferenceScore>> answer;

  public FakeModel(Function<ScoreRequest, CompletableFuture<PreferenceScore>> answer) {
    this.answer = answer;
  }

  /** Prefers the longer response, at once. */
  public static FakeModel ofLengths() {
    return new FakeModel(request -> CompletableFuture.completedFuture(longer(request)));
  }

  /** One judgement for the longer response, with soft score 0.75 for it and two tokens. */
  public static PreferenceScore longer(ScoreRequest request) {
    int difference = request.pair().first().length() - request.pair().second().length();
    Preferred preferred =
        difference > 0 ? Preferred.FIRST : difference < 0 ? Preferred.SECOND : Preferred.UNDECIDED;
    String text =
        "<think>" + request.pair().question() + "</think><answer>" + preferred + "</answer>";
    if (request.listener() != null) {
      request.listener().onText(0, Order.GIVEN, text);
    }
    return PreferenceScore.of(
        request.pair().question().length(),
        ImmutableList.of(
            new Judgement(
                preferred,
                Order.GIVEN,
                request.pair().question(),
                text,
                ImmutableList.of(7, 8),
                -2.5,
                preferred == Preferred.UNDECIDED
                    ? OptionalDouble.empty()
                    : OptionalDouble.of(preferred == Preferred.FIRST ? 0.75 : 0.25),
                FinishReason.STOP,
                true)));
  }

  @Override
  public CompletableFuture<PreferenceScore> submit(ScoreRequest request) {
    asked.add(request);
    return answer.apply(request);
  }

  @Override
  public ModelInfo info() {
    return new ModelInfo("fake", "cpu", "float32", "plain", "none", 1, 1, 1, 1);
  }

  @Override
  public void close() {}
}
