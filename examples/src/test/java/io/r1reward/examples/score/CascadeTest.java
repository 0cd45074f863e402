package io.r1reward.examples.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.r1reward.EngineException;
import io.r1reward.InvalidInputException;
import io.r1reward.PreferencePair;
import io.r1reward.PreferenceScore;
import io.r1reward.Preferred;
import io.r1reward.ResponseScores;
import io.r1reward.Sampling;
import io.r1reward.Voting;
import io.r1reward.examples.FakeModel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class CascadeTest {
  /** Prefers the first response with graded reward 0.75: a margin of 0.5. */
  private static final PreferencePair LONGER_FIRST = pair("longer", "short");

  private static final PreferencePair EQUAL = pair("same", "same");

  private final FakeModel sure = FakeModel.ofLengths();
  private final FakeModel dear =
      new FakeModel(request -> CompletableFuture.completedFuture(scalar(-1, 1)));

  private static PreferencePair pair(String first, String second) {
    return PreferencePair.builder().question("q").first(first).second(second).build();
  }

  private static PreferenceScore scalar(double first, double second) {
    return PreferenceScore.ofScores(3, new ResponseScores(first, second));
  }

  private static Cascade cascade(FakeModel first, FakeModel second, double margin) {
    return new Cascade(
        new Cascade.Tier(first, Voting.single(), Sampling.defaults()),
        new Cascade.Tier(second, Voting.majority(3), Sampling.builder().seed(9).build()),
        margin);
  }

  @Test
  void the_first_verdict_stands_from_the_margin_on() {
    Cascade.Verdict verdict = cascade(sure, dear, 0.5).submit(LONGER_FIRST).join();
    assertThat(verdict.tier()).isEqualTo(1);
    assertThat(verdict.score().preferred()).isEqualTo(Preferred.FIRST);
    assertThat(verdict.margin()).hasValue(0.5);
    assertThat(dear.asked).isEmpty();
  }

  @Test
  void the_second_judge_is_asked_below_the_margin_in_its_own_way() {
    Cascade.Verdict verdict = cascade(sure, dear, 0.51).submit(LONGER_FIRST).join();
    assertThat(verdict.tier()).isEqualTo(2);
    assertThat(verdict.score().preferred()).isEqualTo(Preferred.SECOND);
    assertThat(verdict.margin()).hasValue(0.5);
    assertThat(dear.asked.get(0).voting()).isEqualTo(Voting.majority(3));
    assertThat(dear.asked.get(0).sampling().seed()).isEqualTo(9);
  }

  @Test
  void what_the_first_judge_leaves_open_or_cannot_judge_goes_on_whatever_the_margin() {
    assertThat(cascade(sure, dear, 0).submit(EQUAL).join().tier()).isEqualTo(2);
    FakeModel thrown =
        new FakeModel(
            request -> {
              throw new InvalidInputException("prompt too long");
            });
    FakeModel failed =
        new FakeModel(
            request -> CompletableFuture.failedFuture(new InvalidInputException("too long")));
    assertThat(cascade(thrown, dear, 0).submit(LONGER_FIRST).join().tier()).isEqualTo(2);
    Cascade.Verdict verdict = cascade(failed, dear, 0).submit(LONGER_FIRST).join();
    assertThat(verdict.tier()).isEqualTo(2);
    assertThat(verdict.margin()).isEmpty();
    assertThat(cascade(failed, thrown, 0).submit(LONGER_FIRST))
        .failsWithin(Duration.ofSeconds(5))
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(InvalidInputException.class)
        .withMessageContaining("prompt too long");
  }

  @Test
  void a_failing_engine_fails_the_pair_and_asks_nobody_else() {
    FakeModel broken =
        new FakeModel(request -> CompletableFuture.failedFuture(new EngineException("out")));
    assertThatThrownBy(() -> cascade(broken, dear, 0).submit(LONGER_FIRST).join())
        .hasCauseInstanceOf(EngineException.class);
    assertThat(dear.asked).isEmpty();
  }

  @Test
  void cancelling_reaches_the_judge_that_is_at_it_and_no_other_is_asked() {
    CompletableFuture<PreferenceScore> one = new CompletableFuture<>();
    CompletableFuture<PreferenceScore> two = new CompletableFuture<>();
    FakeModel first = new FakeModel(request -> one);
    assertThat(cascade(first, dear, 1).submit(EQUAL).cancel(true)).isTrue();
    assertThat(one).isCancelled();
    assertThat(dear.asked).isEmpty();
    assertThat(cascade(sure, new FakeModel(request -> two), 1).submit(EQUAL).cancel(true)).isTrue();
    assertThat(two).isCancelled();
  }

  @Test
  void the_margin_is_that_towards_the_preferred_response() {
    // 2 / (1 + exp(-2)) - 1 = tanh(1)
    assertThat(Cascade.margin(scalar(1, -1)).orElseThrow()).isCloseTo(Math.tanh(1), within(1e-15));
    assertThat(Cascade.margin(scalar(-1, 1)).orElseThrow()).isCloseTo(Math.tanh(1), within(1e-15));
    assertThat(Cascade.margin(scalar(1, 1))).isEmpty();
    assertThatThrownBy(() -> cascade(sure, dear, 1.5))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("margin must be in [0, 1], got 1.5");
    assertThatThrownBy(() -> cascade(sure, dear, Double.NaN))
        .isInstanceOf(InvalidInputException.class);
  }
}
