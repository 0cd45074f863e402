package io.r1reward.core.hub;

import java.time.Duration;

/** Waits; tests do not. */
@FunctionalInterface
interface Pauses {
  void pause(Duration time) throws InterruptedException;
}
