package io.r1reward.core.generate;

import io.r1reward.FinishReason;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/**
 * One completion from its queueing to its end. The generator's thread owns everything but the
 * cancellation flag and the future.
 */
final class Sample {
  final RequestRun run;
  final int prompt;
  final int index;
  final CompletableFuture<Completion> completion = new CompletableFuture<>();

  private volatile boolean cancelled;
  private boolean ended;

  private int[] tokens = new int[0];
  private float[] logProbabilities = new float[0];
  private float[][] watched = new float[0][];
  private int length;
  private int promptTokensKnown;
  private int tokensAhead;

  Sample(RequestRun run, int prompt, int index) {
    this.run = run;
    this.prompt = prompt;
    this.index = index;
  }

  void cancel() {
    cancelled = true;
  }

  boolean cancelled() {
    return cancelled;
  }

  boolean ended() {
    return ended;
  }

  /** Returns the number of tokens there are. */
  int length() {
    return length;
  }

  /** Says how much of its prompt was known. */
  void startsBehind(int known) {
    promptTokensKnown = known;
  }

  /** Says that tokens were computed beside others. */
  void ranAhead(int tokens) {
    tokensAhead += tokens;
  }

  /** Appends a token and returns how many there are. */
  int append(int token, float logProbability, float[] ofWatched) {
    if (length == tokens.length) {
      int capacity = Math.max(64, 2 * length);
      tokens = Arrays.copyOf(tokens, capacity);
      logProbabilities = Arrays.copyOf(logProbabilities, capacity);
      watched = Arrays.copyOf(watched, capacity);
    }
    tokens[length] = token;
    logProbabilities[length] = logProbability;
    watched[length] = ofWatched;
    return ++length;
  }

  /** Ends the completion with what it has and tells the request. */
  void end(FinishReason reason) {
    if (ended) {
      return;
    }
    ended = true;
    Completion result =
        new Completion(
            prompt,
            index,
            Arrays.copyOf(tokens, length),
            Arrays.copyOf(logProbabilities, length),
            Arrays.copyOf(watched, length),
            reason,
            promptTokensKnown,
            tokensAhead);
    release();
    completion.complete(result);
    run.sampleEnded(result);
  }

  /** Ends the completion with an error; the request is told by whoever fails all of it. */
  void fail(Throwable cause) {
    if (!ended) {
      ended = true;
      release();
      completion.completeExceptionally(cause);
    }
  }

  private void release() {
    tokens = new int[0];
    logProbabilities = new float[0];
    watched = new float[0][];
  }
}
