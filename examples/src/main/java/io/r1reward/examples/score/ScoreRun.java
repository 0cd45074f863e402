package io.r1reward.examples.score;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.r1reward.RewardModel;
import io.r1reward.RewardModelException;
import io.r1reward.Sampling;
import io.r1reward.Voting;
import io.r1reward.examples.results.Progress;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Scores the rest of an input, with several pairs under way, and writes the output in input order.
 * A pair that cannot be judged becomes an error line; a failing engine ends the run, so that a
 * later one scores what is left.
 */
final class ScoreRun {
  /** Pairs that wait to be written behind a slow one, per pair under way. */
  private static final int WAITING_PER_PAIR = 8;

  /**
   * How pairs are scored.
   *
   * @param voting judgements per pair
   * @param sampling how tokens are drawn
   * @param inFlight most pairs under way
   * @param tokens whether token ids are written
   */
  record Settings(Voting voting, Sampling sampling, int inFlight, boolean tokens) {}

  /** Gives the lines to score, then null. */
  @FunctionalInterface
  interface Source {
    @Nullable InputLine next() throws IOException;
  }

  /** Takes the lines of the output, in the order of the input. */
  @FunctionalInterface
  interface Sink {
    void append(ObjectNode line) throws IOException;
  }

  private record Pending(InputLine line, CompletableFuture<Cascade.Verdict> score) {}

  private final PairScoring scoring;
  private final Settings settings;
  private final Source input;
  private final Sink output;
  private final Progress progress;

  private final Deque<Pending> pending = new ArrayDeque<>();
  private final AtomicInteger underWay = new AtomicInteger();
  private final Semaphore ended = new Semaphore(0);
  private volatile boolean stopped;

  ScoreRun(RewardModel model, Settings settings, Source input, Sink output, Progress progress) {
    this(PairScoring.of(model, settings), input, output, progress);
  }

  ScoreRun(PairScoring scoring, Source input, Sink output, Progress progress) {
    this.scoring = scoring;
    this.settings = scoring.settings();
    this.input = input;
    this.output = output;
    this.progress = progress;
  }

  /** Ends the run behind the line that is being written; called from any thread. */
  void stop() {
    stopped = true;
    ended.release();
  }

  /**
   * Scores until the input ends.
   *
   * @param before what the output holds already
   * @return what it holds now
   * @throws RewardModelException if the engine fails
   */
  OutputFile.Written run(OutputFile.Written before) throws IOException, InterruptedException {
    OutputFile.Written written = before;
    boolean more = true;
    try {
      while (!stopped && (more || !pending.isEmpty())) {
        if (!pending.isEmpty() && pending.element().score().isDone()) {
          written = written.plus(write(pending.remove()));
          progress.step();
        } else if (more && hasRoom()) {
          InputLine line = input.next();
          more = line != null;
          if (line != null) {
            pending.add(new Pending(line, submit(line)));
          }
        } else {
          ended.acquire();
        }
      }
      return written;
    } finally {
      pending.forEach(one -> one.score().cancel(true));
    }
  }

  private boolean hasRoom() {
    return underWay.get() < settings.inFlight()
        && pending.size() < WAITING_PER_PAIR * settings.inFlight();
  }

  private CompletableFuture<Cascade.Verdict> submit(InputLine line) {
    CompletableFuture<Cascade.Verdict> score = scoring.submit(line);
    if (line.pair() == null) {
      return score;
    }
    underWay.incrementAndGet();
    CompletableFuture<Cascade.Verdict> unused =
        score.whenComplete(
            (result, failure) -> {
              underWay.decrementAndGet();
              ended.release();
            });
    return score; // cancelling the dependent future would not reach the model
  }

  /** Writes a line that has ended; returns whether it failed. */
  private boolean write(Pending one) throws IOException {
    ObjectNode line = scoring.result(one.line(), one.score());
    output.append(line);
    return line.has("error");
  }
}
