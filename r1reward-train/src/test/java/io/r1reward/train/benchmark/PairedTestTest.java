package io.r1reward.train.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.common.collect.ImmutableList;
import io.r1reward.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class PairedTestTest {

  private static EvaluatedPair pair(String id, int chosenAt, boolean right) {
    Vote vote =
        new Vote(right ? Verdict.RIGHT : Verdict.WRONG, OptionalDouble.empty(), 1, false, null);
    return new EvaluatedPair(
        id, "all", 1, 1, ImmutableList.of(new Trial(chosenAt, ImmutableList.of(vote))), null);
  }

  @Test
  void counts_the_trials_on_which_two_judges_differ() {
    List<EvaluatedPair> first = new ArrayList<>();
    List<EvaluatedPair> second = new ArrayList<>();
    for (int i = 0; i < 20; i++) { // 10 both right, 2 only first, 8 only second
      first.add(pair("p" + i, 1, i < 12));
      second.add(pair("p" + i, 1, i < 10 || i >= 12));
    }

    PairedTest test = PairedTest.of(first, second);

    assertThat(test.trials()).isEqualTo(20);
    assertThat(test.onlyFirst()).isEqualTo(2);
    assertThat(test.onlySecond()).isEqualTo(8);
    assertThat(test.difference()).isCloseTo(0.3, within(1e-12));
    // 2 · (1 + 10 + 45) / 2¹⁰
    assertThat(test.pValue()).isCloseTo(112.0 / 1024, within(1e-12));
    // 20/19 · Σ (d − 0.3)²: 8 · 0.49 + 10 · 0.09 + 2 · 1.69 = 8.2; half-width 1.96 √8.632 / 20
    double half = 1.959963984540054 * Math.sqrt(20.0 / 19 * 8.2) / 20;
    assertThat(test.low()).isCloseTo(0.3 - half, within(1e-12));
    assertThat(test.high()).isCloseTo(0.3 + half, within(1e-12));
  }

  @Test
  void matches_by_id_order_and_occurrence() {
    PairedTest test =
        PairedTest.of(
            List.of(
                pair("a", 1, true), pair("a", 1, false), pair("a", 2, true), pair("b", 1, true)),
            List.of(pair("a", 2, false), pair("a", 1, true), pair("a", 1, true)));

    assertThat(test.trials()).isEqualTo(3);
    assertThat(test.unmatched()).isEqualTo(1);
    assertThat(test.onlyFirst()).isEqualTo(1); // order 2
    assertThat(test.onlySecond()).isEqualTo(1); // the second of order 1
    assertThat(test.pValue()).isEqualTo(1);
    assertThatThrownBy(
            () -> PairedTest.of(List.of(pair("a", 1, true)), List.of(pair("a", 2, true))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no pair in common");
  }

  @Test
  void equal_judges_do_not_differ() {
    List<EvaluatedPair> pairs = List.of(pair("a", 1, true), pair("b", 1, false));
    PairedTest test = PairedTest.of(pairs, pairs);
    assertThat(test.difference()).isZero();
    assertThat(test.pValue()).isEqualTo(1);
    assertThat(PairedTest.mcNemar(0, 6)).isCloseTo(2.0 / 64, within(1e-12));
  }
}
