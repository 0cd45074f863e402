package io.r1reward.core.generate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TokenGuesserTest {

  @Test
  void guesses_what_stood_behind_the_last_tokens_before() {
    TokenGuesser guesser = new TokenGuesser(new int[] {1, 2, 3, 4, 5, 6, 7, 8});
    assertThat(guesser.guess(4)).isEmpty();
    guesser.add(2);
    assertThat(guesser.guess(4)).as("one token is not enough").isEmpty();
    guesser.add(3);
    assertThat(guesser.guess(4)).containsExactly(4, 5, 6, 7);
    assertThat(guesser.guess(2)).containsExactly(4, 5);
    guesser.add(9);
    assertThat(guesser.guess(4)).isEmpty();
  }

  @Test
  void prefers_the_longer_match_then_the_later_one() {
    TokenGuesser guesser = new TokenGuesser(new int[] {1, 2, 3, 4, 50, 9, 3, 4, 60, 3, 4, 70, 8});
    for (int token : new int[] {3, 4}) {
      guesser.add(token);
    }
    assertThat(guesser.guess(1)).containsExactly(70);
    for (int token : new int[] {0, 1, 2, 3, 4}) {
      guesser.add(token);
    }
    assertThat(guesser.guess(1)).containsExactly(50);
  }

  @Test
  void repeats_a_repetition() {
    TokenGuesser guesser = new TokenGuesser(new int[] {5, 5, 5});
    assertThat(guesser.guess(3)).as("up to what is known").containsExactly(5);
    guesser.add(5);
    guesser.add(5);
    assertThat(guesser.guess(8)).containsExactly(5);
    assertThat(new TokenGuesser(new int[] {5}).guess(8)).isEmpty();
  }
}
