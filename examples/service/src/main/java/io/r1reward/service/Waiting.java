package io.r1reward.service;

import io.r1reward.QueueFullException;
import java.util.concurrent.Semaphore;
import org.springframework.stereotype.Component;

/** Counts requests from before their body is read until they have their outcome. Thread-safe. */
@Component
final class Waiting {
  private final int limit;
  private final Semaphore places;

  Waiting(ServiceLimits limits) {
    limit = limits.maxWaiting();
    places = new Semaphore(limit);
  }

  /**
   * Takes a place.
   *
   * @throws QueueFullException if there is none
   */
  void enter() {
    if (!places.tryAcquire()) {
      throw new QueueFullException(limit + " requests wait or run, the most that may; try again");
    }
  }

  void leave() {
    places.release();
  }
}
