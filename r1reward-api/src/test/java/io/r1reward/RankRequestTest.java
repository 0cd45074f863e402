package io.r1reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RankRequestTest {

  @Test
  void everything_but_question_and_candidates_has_a_default() {
    assertThat(RankRequest.builder("q", List.of("a", "b")).build())
        .isEqualTo(
            new RankRequest(
                "q",
                List.of(),
                List.of("a", "b"),
                Tournament.ROUND_ROBIN,
                Voting.single().inBothOrders(),
                Sampling.defaults(),
                null,
                null));
  }

  @Test
  void the_seed_holds_whenever_the_sampling_is_set() {
    Image cat = Image.of(Path.of("cat.png"));
    RankRequest request =
        RankRequest.builder("q", List.of("a"))
            .seed(7)
            .sampling(Sampling.builder().temperature(0.5).seed(3).build())
            .media(List.of(cat))
            .build();

    assertThat(request.sampling()).isEqualTo(Sampling.builder().temperature(0.5).seed(7).build());
    assertThat(request.media()).containsExactly(cat);
  }

  @Test
  void no_candidate_and_no_time_are_refused() {
    RankRequest.Builder none = RankRequest.builder("q", List.of());
    assertThatThrownBy(none::build)
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("ranking needs at least 1 candidate, got 0");
    RankRequest.Builder hasty = RankRequest.builder("q", List.of("a")).timeLimit(Duration.ZERO);
    assertThatThrownBy(hasty::build)
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("timeLimit must be positive, got PT0S");
  }
}
