package io.r1reward.core.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryAfterTest {

  private static Duration of(String... pairs) {
    Map<String, List<String>> headers =
        pairs.length == 2
            ? Map.of(pairs[0], List.of(pairs[1]))
            : Map.of(pairs[0], List.of(pairs[1]), pairs[2], List.of(pairs[3]));
    return RetryAfter.of(HttpHeaders.of(headers, (name, value) -> true));
  }

  @ParameterizedTest
  @CsvSource({"7, 7", "0, 0", "999999999, 999999999", "'', 0", "-5, 0", "soon, 0", "1.5, 0"})
  void seconds_are_read(String text, long seconds) {
    assertThat(of("Retry-After", text)).isEqualTo(Duration.ofSeconds(seconds));
  }

  @Test
  void a_date_counts_from_that_of_the_answer() {
    String date = "Wed, 21 Oct 2015 07:28:00 GMT";

    assertThat(of("Retry-After", "Wed, 21 Oct 2015 07:28:30 GMT", "Date", date))
        .isEqualTo(Duration.ofSeconds(30));
    assertThat(of("Retry-After", "Wed, 21 Oct 2015 07:27:00 GMT", "Date", date)).isZero();
    assertThat(of("Retry-After", "Wed, 21 Oct 2015 07:28:30 GMT")).isZero();
    assertThat(of("Retry-After", date, "Date", "yesterday")).isZero();
    assertThat(of("Date", date)).isZero();
  }
}
