package io.r1reward.core.generate;

/**
 * The thread on which a generator's engine is opened, used and closed. What it waits for is never
 * computed by it, so nothing that may block runs on it.
 */
public final class EngineThread extends Thread {

  /** A daemon that serves. */
  EngineThread(Runnable work) {
    super(work, "r1reward-generator");
    setDaemon(true);
  }

  /** Says whether the calling thread is one. */
  public static boolean isCurrent() {
    return Thread.currentThread() instanceof EngineThread;
  }
}
