package io.r1reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScoreRequestTest {

  private static final PreferencePair PAIR =
      PreferencePair.builder().question("q").first("a").second("b").build();

  @Test
  void one_judgement_as_the_checkpoint_says_without_limit_or_listener_by_default() {
    assertThat(ScoreRequest.of(PAIR))
        .isEqualTo(new ScoreRequest(PAIR, Voting.single(), Sampling.defaults(), null, null));
  }

  @Test
  void what_is_given_is_kept() {
    ReasoningListener listener = (sample, order, text) -> {};

    ScoreRequest request =
        ScoreRequest.builder(PAIR)
            .voting(Voting.majority(3))
            .sampling(Sampling.greedy())
            .timeLimit(Duration.ofSeconds(2))
            .listener(listener)
            .build();

    assertThat(request)
        .isEqualTo(
            new ScoreRequest(
                PAIR, Voting.majority(3), Sampling.greedy(), Duration.ofSeconds(2), listener));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -5})
  void a_time_limit_that_is_over_at_once_is_refused(long seconds) {
    assertThatThrownBy(
            () -> ScoreRequest.builder(PAIR).timeLimit(Duration.ofSeconds(seconds)).build())
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("timeLimit must be positive, got " + Duration.ofSeconds(seconds));
  }

  @Test
  void a_null_setting_is_refused_by_name() {
    assertThatThrownBy(() -> ScoreRequest.builder(PAIR).voting(null).build())
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("voting must not be null");
  }
}
