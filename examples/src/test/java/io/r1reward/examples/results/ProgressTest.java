package io.r1reward.examples.results;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {

  @Test
  void without_a_terminal_a_plain_line_comes_at_most_every_ten_seconds() {
    AtomicLong seconds = new AtomicLong();
    Ticker clock =
        new Ticker() {
          @Override
          public long read() {
            return Duration.ofSeconds(seconds.get()).toNanos();
          }
        };
    List<String> lines = new ArrayList<>();
    try (Progress progress = Progress.plain("score", "pairs", 50, 200, lines::add, clock)) {
      for (int i = 0; i < 30; i++) {
        seconds.incrementAndGet();
        progress.step();
      }
    }
    // one a second: 60, 70 and 80 of 200
    assertThat(lines)
        .containsExactly(
            "score: 60 of 200 pairs, 30.0 %, 1.00 a second",
            "score: 70 of 200 pairs, 35.0 %, 1.00 a second",
            "score: 80 of 200 pairs, 40.0 %, 1.00 a second");
  }
}
