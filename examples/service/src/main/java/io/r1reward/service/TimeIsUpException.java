package io.r1reward.service;

import java.time.Duration;

/** No judgement ended within the time limit. */
final class TimeIsUpException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TimeIsUpException(Duration limit) {
    super("no judgement ended within " + limit + ", the limit of a request");
  }
}
