package io.r1reward;

import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A model that answers by a function, and remembers what it was asked. */
final class FakeModel implements RewardModel {
  final List<ScoreRequest> asked = new CopyOnWriteArrayList<>();
  private final Function<ScoreRequest, CompletableFuture<PreferenceScore>> answer;

  FakeModel(Function<ScoreRequest, CompletableFuture<PreferenceScore>> answer) {
    this.answer = answer;
  }

  /** Prefers the response that is the larger number, by a share of its part of the sum. */
  static FakeModel ofNumbers() {
    return new FakeModel(
        request -> {
          double first = Double.parseDouble(request.pair().first());
          double second = Double.parseDouble(request.pair().second());
          return CompletableFuture.completedFuture(share(first / (first + second)));
        });
  }

  static PreferenceScore share(double first) {
    Preferred preferred =
        first > 0.5 ? Preferred.FIRST : first < 0.5 ? Preferred.SECOND : Preferred.UNDECIDED;
    return new PreferenceScore(
        ScoreStatus.COMPLETE, preferred, first, 1 - first, OptionalDouble.empty(), 1, List.of());
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
