package io.r1reward.examples;

import com.google.common.collect.ImmutableMap;

/** The one rule by which all programs exit. */
public final class ExitCodes {
  /** All is done. */
  public static final int DONE = 0;

  /** Something failed while the program ran, and be it one line of many. */
  public static final int FAILED = 1;

  /** The command line is wrong, or what it names cannot be read or does not fit. */
  public static final int WRONG = 2;

  /** Stopped by Ctrl-C; 128 + SIGINT, as the shell and the JVM have it. */
  public static final int INTERRUPTED = 130;

  /** The rule as every program's help shows it. */
  static final ImmutableMap<String, String> RULE =
      ImmutableMap.of(
          Integer.toString(DONE),
          "All is done.",
          Integer.toString(FAILED),
          "Something failed while the program ran, and be it one line of many.",
          Integer.toString(WRONG),
          "The command line is wrong, or what it names cannot be read or does not fit.",
          Integer.toString(INTERRUPTED),
          "The program was interrupted.");

  private ExitCodes() {}
}
