package io.r1reward;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Plays the matches of a ranking: a bounded number at a time, one that a full queue refuses again
 * later, none when the time is over. Belongs to one thread, but for {@link #cancel}.
 */
final class Matches {
  /** Most comparisons under way; two of the default batch. */
  static final int IN_FLIGHT = 32;

  /** After so long a comparison that a full queue has refused is tried again. */
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private static final int WAKE = -1;

  private final RewardModel model;
  private final RankRequest request;
  private final Voting voting;
  private final int total;
  private final long started = System.nanoTime();
  private final long limit;

  /** Indices of matches that have ended. */
  private final BlockingQueue<Integer> ended = new LinkedBlockingQueue<>();

  private final Deque<Integer> open = new ArrayDeque<>();
  private final Map<Integer, CompletableFuture<PreferenceScore>> running = new HashMap<>();
  private int finished;
  private boolean timedOut;
  private volatile boolean cancelled;

  Matches(RewardModel model, RankRequest request, Voting voting, int total) {
    this.model = model;
    this.request = request;
    this.voting = voting;
    this.total = total;
    Duration timeLimit = request.timeLimit();
    this.limit = timeLimit == null ? Long.MAX_VALUE : TimeUnit.NANOSECONDS.convert(timeLimit);
  }

  /** Ends the matches under way and those to come, with a {@link CancelledException}. */
  void cancel() {
    cancelled = true;
    ended.add(WAKE);
  }

  /** Says whether the time was over before everything was played. */
  boolean timedOut() {
    return timedOut;
  }

  /**
   * Plays matches of two candidates each.
   *
   * @return outcomes by the index of the match; fewer than matches if {@link #timedOut}
   */
  SortedMap<Integer, Ranking.Comparison> play(List<int[]> matches) {
    SortedMap<Integer, Ranking.Comparison> outcomes = new TreeMap<>();
    IntStream.range(0, matches.size()).forEach(open::add);
    try {
      while (!open.isEmpty() || !running.isEmpty()) {
        Integer index = nextEnded(submitSome(matches));
        if (index != null) {
          take(matches.get(index), index, outcomes);
        } else if (left() <= 0) {
          timedOut = true;
          break;
        }
      }
      return outcomes;
    } finally {
      running.values().forEach(future -> future.cancel(true));
      running.clear();
    }
  }

  private void take(int[] match, int index, Map<Integer, Ranking.Comparison> outcomes) {
    CompletableFuture<PreferenceScore> future = running.remove(index);
    if (future == null) {
      throw new IllegalStateException("match " + index + " has ended twice");
    }
    PreferenceScore score;
    try {
      score = Await.result(future);
    } catch (QueueFullException e) { // of a model that finds out late
      open.addFirst(index);
      pause();
      return;
    }
    if (request.timeLimit() != null && score.status() != ScoreStatus.COMPLETE) {
      timedOut = true; // cut short by our own limit: says too little
      return;
    }
    Ranking.Comparison comparison = new Ranking.Comparison(match[0], match[1], score);
    outcomes.put(index, comparison);
    finished++;
    RankingListener listener = request.listener();
    if (listener != null) {
      listener.onComparison(comparison, finished, total);
    }
  }

  /** Submits what may be under way; false if the queue is full. */
  private boolean submitSome(List<int[]> matches) {
    while (!open.isEmpty() && running.size() < IN_FLIGHT) {
      checkCancelled();
      long left = left();
      if (left <= 0) {
        return true;
      }
      int index = open.element();
      CompletableFuture<PreferenceScore> future;
      try {
        future = model.submit(scoring(matches.get(index), left));
      } catch (QueueFullException e) {
        return false;
      }
      open.remove();
      running.put(index, future);
      CompletableFuture<?> unused = future.whenComplete((score, failure) -> ended.add(index));
    }
    return true;
  }

  private ScoreRequest scoring(int[] match, long left) {
    PreferencePair pair =
        PreferencePair.builder()
            .question(request.question())
            .media(request.media())
            .first(request.candidates().get(match[0]))
            .second(request.candidates().get(match[1]))
            .build();
    ScoreRequest.Builder scoring =
        ScoreRequest.builder(pair).voting(voting).sampling(request.sampling());
    if (request.timeLimit() != null) {
      scoring.timeLimit(Duration.ofNanos(left));
    }
    return scoring.build();
  }

  /** Waits for a match to end; null if none has when the time is over or it is time to retry. */
  private @Nullable Integer nextEnded(boolean submitted) {
    checkCancelled();
    Integer index;
    try {
      long wait = submitted ? left() : Math.min(left(), RETRY_NANOS);
      index = ended.poll(Math.max(0, wait), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException("interrupted while waiting for a score", e);
    }
    checkCancelled();
    return index;
  }

  private void pause() {
    try {
      TimeUnit.NANOSECONDS.sleep(Math.max(0, Math.min(left(), RETRY_NANOS)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancelledException("interrupted while waiting for a place in the queue", e);
    }
  }

  private long left() {
    return limit == Long.MAX_VALUE ? limit : limit - (System.nanoTime() - started);
  }

  private void checkCancelled() {
    if (cancelled) {
      throw new CancelledException("the ranking was cancelled");
    }
  }
}
