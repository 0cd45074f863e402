package io.r1reward.service;

import io.r1reward.Order;
import io.r1reward.PreferenceScore;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Tells one client of one score while it is made: events {@code text}, then one of {@code score} or
 * {@code error}. A client that goes away cancels its score. Thread-safe.
 */
final class EventStream {
  private final SseEmitter emitter;
  private @Nullable CompletableFuture<PreferenceScore> future;
  private boolean gone;
  private boolean ended;

  EventStream(SseEmitter emitter) {
    this.emitter = emitter;
    emitter.onCompletion(this::leave);
    emitter.onError(failure -> leave());
  }

  /**
   * A piece of reasoning.
   *
   * @param sample which sample of the vote, from 0
   * @param order given or swapped
   * @param text what was added
   */
  record Text(int sample, String order, String text) {}

  /** What is cancelled when the client goes away. */
  void of(CompletableFuture<PreferenceScore> running) {
    synchronized (this) {
      future = running;
      if (!gone) {
        return;
      }
    }
    running.cancel(true);
  }

  /** Sends a piece of reasoning; waits for a client that reads slowly. */
  void text(int sample, Order order, String text) {
    send("text", new Text(sample, ScoreAnswer.lower(order), text));
  }

  /** Sends the last event; a score that still runs is cancelled. */
  void end(String name, Object data) {
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
    }
    send(name, data);
    emitter.complete();
    leave();
  }

  private void send(String name, Object data) {
    try {
      emitter.send(SseEmitter.event().name(name).data(data, MediaType.APPLICATION_JSON));
    } catch (IOException | IllegalStateException e) {
      leave(); // the connection is broken, or its request over
    }
  }

  private void leave() {
    CompletableFuture<PreferenceScore> running;
    synchronized (this) {
      gone = true;
      running = future;
    }
    if (running != null) {
      running.cancel(true);
    }
  }
}
