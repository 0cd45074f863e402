package io.r1reward.examples.cascade;

import static org.assertj.core.api.Assertions.assertThat;

import io.r1reward.examples.cascade.CascadeTable.Answer;
import io.r1reward.examples.cascade.CascadeTable.Pair;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class CascadeTableTest {
  private static Pair pair(OptionalDouble margin, boolean first, boolean second) {
    return new Pair(margin, new Answer(first, 1, 10), new Answer(second, 20, 300));
  }

  @Test
  void a_margin_sends_on_what_is_below_it_and_what_has_no_verdict() {
    CascadeTable table =
        new CascadeTable(
            List.of(
                pair(OptionalDouble.of(0.5), false, true),
                pair(OptionalDouble.of(1), true, false),
                pair(OptionalDouble.empty(), false, true),
                pair(OptionalDouble.of(0.05), false, true)),
            2, // seconds of the first: 0.5 a pair
            8); // of the second: 2 a pair

    List<String> rows = table.markdown().lines().toList();

    assertThat(rows).hasSize(14);
    // the one without a verdict: (4 + 20) / 4 judgements, (40 + 300) / 4 tokens, 0.5 + 2 / 4 s
    assertThat(rows.get(2)).isEqualTo("| 0.0 | 25.0 % | 50.0 % | 6.00 | 85 | 1.000 |");
    assertThat(rows.get(3)).isEqualTo("| 0.1 | 50.0 % | 75.0 % | 11.00 | 160 | 1.500 |");
    assertThat(rows.get(7)).isEqualTo("| 0.5 | 50.0 % | 75.0 % | 11.00 | 160 | 1.500 |");
    assertThat(rows.get(8)).isEqualTo("| 0.6 | 75.0 % | 100.0 % | 16.00 | 235 | 2.000 |");
    assertThat(rows.get(12)).isEqualTo("| 1.0 | 75.0 % | 100.0 % | 16.00 | 235 | 2.000 |");
    assertThat(rows.get(13)).isEqualTo("| second alone | 100.0 % | 75.0 % | 20.00 | 300 | 2.000 |");
  }
}
