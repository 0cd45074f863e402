package io.r1reward.core.torch;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpeningLogTest {
  private final List<String> lines = new ArrayList<>();
  private long nanos;

  private OpeningLog opening() {
    return new OpeningLog(
        "packed",
        60,
        new Ticker() {
          @Override
          public long read() {
            return nanos;
          }
        },
        lines::add);
  }

  @Test
  void tells_every_five_seconds_how_far_it_is() {
    OpeningLog opening = opening();
    for (int i = 0; i < 60; i++) {
      nanos += Duration.ofMillis(400).toNanos();
      opening.step();
    }
    opening.end();
    assertThat(lines)
        .containsExactly(
            "opening weights (packed): 13 of 60 layers and blocks, 5 s, about 19 s left",
            "opening weights (packed): 26 of 60 layers and blocks, 10 s, about 14 s left",
            "opening weights (packed): 39 of 60 layers and blocks, 16 s, about 8 s left",
            "opening weights (packed): 52 of 60 layers and blocks, 21 s, about 3 s left",
            "weights are open (packed) after 24 s");
  }

  @Test
  void says_nothing_where_opening_is_quick() {
    OpeningLog opening = opening();
    for (int i = 0; i < 60; i++) {
      nanos += Duration.ofMillis(10).toNanos();
      opening.step();
    }
    opening.end();
    assertThat(lines).isEmpty();
  }
}
