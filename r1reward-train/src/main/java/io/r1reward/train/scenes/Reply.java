package io.r1reward.train.scenes;

import com.google.common.collect.ImmutableList;

/**
 * A response and what can be checked in it.
 *
 * @param text the response
 * @param checks its statements in order
 */
record Reply(String text, ImmutableList<Check> checks) {

  /** Returns how many statements are false. */
  int errors() {
    return (int) checks.stream().filter(check -> !check.holds()).count();
  }
}
