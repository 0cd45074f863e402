package io.r1reward.core.machine;

import com.google.common.base.Throwables;

/** What is said of native libraries that do not load. */
public final class Natives {

  private Natives() {}

  /**
   * Returns what went wrong and, where that is something else, what it came from: the linker's
   * sentence names the library that is missing, the exceptions around it do not.
   */
  public static String reason(Throwable failure) {
    Throwable root = Throwables.getRootCause(failure);
    String message = failure.getMessage();
    String said = message == null ? failure.toString() : message;
    return root == failure ? said : said + " (" + root + ")";
  }
}
