package io.r1reward.core.generate;

import io.r1reward.CancelledException;
import io.r1reward.QueueFullException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Requests that wait, first in first out, and the signals to the generator's thread. */
final class Intake {
  private final int capacity;
  private final Deque<RequestRun> waiting = new ArrayDeque<>();
  private final List<RequestRun> cancelled = new ArrayList<>();
  private final Deque<Reading> readings = new ArrayDeque<>();
  private boolean cancellations;
  private boolean closed;

  Intake(int capacity) {
    this.capacity = capacity;
  }

  synchronized void add(RequestRun run) {
    requireRoom();
    waiting.add(run);
    notifyAll();
  }

  synchronized void add(Reading reading) {
    requireRoom();
    readings.add(reading);
    notifyAll();
  }

  private void requireRoom() {
    if (closed) {
      throw closedException();
    }
    int waits = waiting.size() + readings.size();
    if (waits >= capacity) {
      throw new QueueFullException(waits + " requests wait already, the queue holds " + capacity);
    }
  }

  /** Returns the next prompts to read, null where none wait or the generator is closed. */
  synchronized @Nullable Reading pollReading() {
    return closed ? null : readings.poll();
  }

  /** Returns the readings that wait, without taking them. */
  synchronized List<Reading> waitingReadings() {
    return new ArrayList<>(readings);
  }

  synchronized boolean isOpen() {
    return !closed;
  }

  synchronized void close() {
    closed = true;
    notifyAll();
  }

  /** Something was cancelled; a request that waits and has nothing left gives up its place. */
  synchronized void cancellation() {
    waiting.removeIf(run -> run.allCancelled() && cancelled.add(run));
    cancellations = true;
    notifyAll();
  }

  /** Returns the next request, null where none waits or the generator is closed. */
  synchronized @Nullable RequestRun poll() {
    return closed ? null : waiting.poll();
  }

  /**
   * Waits for something to do.
   *
   * @param busy whether there is something to do anyway
   * @return false if the generator is closed
   */
  synchronized boolean awaitWork(boolean busy) {
    while (!busy && !closed && !cancellations && waiting.isEmpty() && readings.isEmpty()) {
      try {
        wait();
      } catch (InterruptedException e) {
        // a listener may have left its flag set; nothing but close() ends this thread
      }
    }
    return !closed;
  }

  /** Says whether something was cancelled since the last call. */
  synchronized boolean takeCancellations() {
    boolean result = cancellations;
    cancellations = false;
    return result;
  }

  /** Returns the requests that wait, without taking them. */
  synchronized List<RequestRun> waiting() {
    return new ArrayList<>(waiting);
  }

  /** Takes the requests that were cancelled while they waited. */
  synchronized List<RequestRun> takeCancelled() {
    List<RequestRun> taken = new ArrayList<>(cancelled);
    cancelled.clear();
    return taken;
  }

  static CancelledException closedException() {
    return new CancelledException("the generator is closed");
  }
}
