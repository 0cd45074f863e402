package io.r1reward.core.hub;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** How long a server asks to wait, in its header {@code Retry-After} (RFC 9110, 10.2.3). */
final class RetryAfter {
  private RetryAfter() {}

  /**
   * Returns the time asked for; zero where there is none or it cannot be read. A date counts from
   * that of the answer, so that no two clocks are compared.
   */
  static Duration of(HttpHeaders headers) {
    String text = headers.firstValue("Retry-After").orElse("").strip();
    if (text.matches("\\d{1,9}")) {
      return Duration.ofSeconds(Integer.parseInt(text));
    }
    Optional<ZonedDateTime> until = date(text);
    Optional<ZonedDateTime> now = headers.firstValue("Date").flatMap(RetryAfter::date);
    if (until.isEmpty() || now.isEmpty()) {
      return Duration.ZERO;
    }
    Duration time = Duration.between(now.get(), until.get());
    return time.isNegative() ? Duration.ZERO : time;
  }

  private static Optional<ZonedDateTime> date(String text) {
    try {
      return Optional.of(ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
