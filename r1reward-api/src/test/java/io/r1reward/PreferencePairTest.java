package io.r1reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class PreferencePairTest {

  private static final Image CAT = Image.of(Path.of("cat.png"));
  private static final Image DOG = Image.of(Path.of("dog.png"));

  @Test
  void media_stand_in_the_order_in_which_they_were_added() {
    Video video = Video.of(List.of(CAT));

    PreferencePair pair =
        PreferencePair.builder()
            .question("q")
            .image(Path.of("cat.png"))
            .video(video)
            .media(List.of(DOG, CAT))
            .image(DOG)
            .first("a")
            .second("b")
            .build();

    assertThat(pair.media()).containsExactly(CAT, video, DOG, CAT, DOG);
  }

  @Test
  void responses_may_be_empty_and_media_absent() {
    PreferencePair pair = PreferencePair.builder().question("").first("").second("").build();

    assertThat(pair.media()).isEmpty();
    assertThat(pair.first()).isEmpty();
  }

  @Test
  void swapping_exchanges_the_responses_only_and_twice_is_the_same_pair() {
    PreferencePair pair =
        PreferencePair.builder().question("q").image(CAT).first("a").second("b").build();

    assertThat(pair.swapped())
        .isEqualTo(
            PreferencePair.builder().question("q").image(CAT).first("b").second("a").build());
    assertThat(pair.swapped().swapped()).isEqualTo(pair);
  }

  @Test
  void what_is_missing_is_named() {
    assertThatThrownBy(() -> PreferencePair.builder().first("a").second("b").build())
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("a preference pair needs a question, none was given");
    assertThatThrownBy(() -> PreferencePair.builder().question("q").second("b").build())
        .hasMessage("a preference pair needs a first response, none was given");
    assertThatThrownBy(() -> PreferencePair.builder().question("q").first("a").build())
        .hasMessage("a preference pair needs a second response, none was given");
  }

  @Test
  void nulls_are_refused_where_they_are_given() {
    assertThatThrownBy(() -> PreferencePair.builder().question(null))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("question must not be null");
    assertThatThrownBy(() -> new PreferencePair("q", null, "a", "b"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("media must not be null");
  }

  @Test
  void a_verdict_swaps_like_the_pair() {
    assertThat(Preferred.FIRST.swapped()).isEqualTo(Preferred.SECOND);
    assertThat(Preferred.SECOND.swapped()).isEqualTo(Preferred.FIRST);
    assertThat(Preferred.UNDECIDED.swapped()).isEqualTo(Preferred.UNDECIDED);
  }
}
