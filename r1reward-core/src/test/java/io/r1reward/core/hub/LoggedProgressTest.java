package io.r1reward.core.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoggedProgressTest {
  private long now;

  @Test
  void a_line_is_written_at_most_every_five_seconds() {
    List<String> lines = new ArrayList<>();
    LoggedProgress progress = new LoggedProgress(lines::add, () -> now);
    for (int second = 0; second <= 12; second++) {
      now = Duration.ofSeconds(second).toNanos();
      progress.progress("a.json", 1_000_000 + second * 2_000_000L, 50_000_000);
    }

    // 1 MB was there before, 2 MB come in a second
    assertThat(lines)
        .containsExactly("a.json: 11.0 of 50.0 MB, 2.0 MB/s", "a.json: 21.0 of 50.0 MB, 2.0 MB/s");
  }
}
