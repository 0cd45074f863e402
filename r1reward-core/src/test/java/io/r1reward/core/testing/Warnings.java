package io.r1reward.core.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;

/** What is logged; the tests' logger writes to standard error. */
public final class Warnings {

  private Warnings() {}

  /** Runs something and returns what it logged. */
  public static String of(Runnable work) {
    PrintStream before = System.err;
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    try (PrintStream replacement = new PrintStream(written, true, UTF_8)) {
      System.setErr(replacement);
      work.run();
    } finally {
      System.setErr(before);
    }
    return written.toString(UTF_8);
  }
}
