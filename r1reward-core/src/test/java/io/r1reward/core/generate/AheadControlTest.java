package io.r1reward.core.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class AheadControlTest {

  /** Lets steps take {@code base + perToken * count}, and a share of guesses come true. */
  private static int[] settled(int rows, double base, double perToken, double share) {
    AheadControl control = new AheadControl();
    int[] guesses = new int[rows];
    Arrays.fill(guesses, AheadControl.MOST);
    int[] chosen = new int[400];
    for (int i = 0; i < chosen.length; i++) {
      int k = control.choose(guesses);
      chosen[i] = k;
      int count = rows * (1 + k);
      control.took(count, base + perToken * count);
      for (int row = 0; row < rows; row++) {
        int hits = 0;
        while (hits < k && (i * 7919L + row * 31L + hits * 17L) % 100 < 100 * share) {
          hits++;
        }
        control.judged(k, hits);
      }
    }
    return Arrays.copyOfRange(chosen, 200, 400);
  }

  @Test
  void guesses_much_where_a_token_more_costs_little() {
    assertThat(Arrays.stream(settled(1, 100, 2, 0.9)).average().orElseThrow()).isGreaterThan(6);
  }

  @Test
  void guesses_nothing_where_guesses_are_wrong_but_tries_again_now_and_then() {
    int[] chosen = settled(1, 100, 10, 0.05);
    assertThat(Arrays.stream(chosen).filter(k -> k == 0).count()).isGreaterThan(180);
    assertThat(Arrays.stream(chosen).max().orElseThrow()).isPositive();
  }

  @Test
  void guesses_nothing_where_steps_are_bound_by_arithmetic() {
    int[] chosen = settled(8, 1, 50, 0.8);
    assertThat(Arrays.stream(chosen).filter(k -> k == 0).count()).isGreaterThan(180);
  }

  @Test
  void rows_and_guesses_together_stay_below_what_engines_promise() {
    AheadControl control = new AheadControl();
    int[] guesses = new int[10];
    Arrays.fill(guesses, AheadControl.MOST);
    for (int i = 0; i < 200; i++) {
      int k = control.choose(guesses);
      assertThat(10 * (1 + k)).isLessThanOrEqualTo(AheadControl.MOST_TOKENS);
      control.took(10 * (1 + k), 100);
      control.judged(k, k);
    }
    assertThat(control.choose(new int[0])).isZero();
    assertThat(control.choose(new int[] {0, 0})).isZero();
  }
}
