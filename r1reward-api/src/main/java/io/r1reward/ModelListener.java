package io.r1reward;

import static io.r1reward.Given.given;

import java.time.Duration;
import java.util.Optional;

/**
 * Hears what a model does, to hang metrics on. With Micrometer, say:
 *
 * <pre>{@code
 * AtomicInteger underWay = registry.gauge("judge.requests", new AtomicInteger());
 * ModelListener metrics =
 *     new ModelListener() {
 *       @Override
 *       public void requestQueued(Queued event) {
 *         underWay.set(event.underWay());
 *       }
 *
 *       @Override
 *       public void judgementEnded(Judged event) {
 *         registry.counter("judge.tokens").increment(event.generatedTokens());
 *       }
 *
 *       @Override
 *       public void requestFinished(Finished event) {
 *         underWay.set(event.underWay());
 *         registry.timer("judge.latency", "outcome", event.outcome().name())
 *             .record(event.latency());
 *       }
 *     };
 * RewardModel model = RewardModel.builder().checkpoint(folder).modelListener(metrics).load();
 * }</pre>
 *
 * <p>Every score and every rating is a request, {@link RewardModel#warmUp} and the comparisons of a
 * ranking included, and also one that is refused: it is queued once and finished once. Its
 * judgements end between the two.
 *
 * <p>Called on the model's executor, never on the engine's thread; one event at a time, in order.
 * Nothing waits for it: an event may come after the result it tells of. What it throws is logged
 * and has no other effect. While it blocks, it holds up nothing but itself, as far as the executor
 * has threads left; events wait for it, and more than some thousands are dropped, which the log
 * says.
 *
 * <p>Every method does nothing where it is not overridden.
 */
public interface ModelListener {

  /** A request was submitted. */
  default void requestQueued(Queued event) {}

  /** A judgement of a request has ended, by itself or cut short: the tokens of progress. */
  default void judgementEnded(Judged event) {}

  /** A request has its outcome, and none of its judgements runs any more. */
  default void requestFinished(Finished event) {}

  /** What was asked for. */
  enum Kind {
    /** A comparison of two responses. */
    SCORE,
    /** A rating of one response. */
    RATING
  }

  /** How a request ended. */
  enum Outcome {
    /** As {@link ScoreStatus#COMPLETE}: every judgement that was needed has ended by itself. */
    COMPLETE,
    /** As {@link ScoreStatus#TIMED_OUT}: the time limit cut judgements short. */
    TIMED_OUT,
    /** As {@link ScoreStatus#NO_VOTE}: the time was over before any judgement had ended. */
    NO_VOTE,
    /** With an exception, such as {@link QueueFullException}. */
    FAILED,
    /** By the caller, or because the model was closed. */
    CANCELLED
  }

  /**
   * A request was submitted.
   *
   * @param kind what was asked for
   * @param underWay requests that wait or run at this moment, this one included
   */
  record Queued(Kind kind, int underWay) {

    /** Checks that nothing is null. */
    public Queued {
      given(kind, "kind");
    }
  }

  /**
   * A judgement has ended.
   *
   * @param kind what it was made for
   * @param generatedTokens its tokens
   * @param finishReason why it ended; {@link FinishReason#CANCELLED} where it was cut short, as it
   *     is where a time limit is over or a vote is decided without it
   */
  record Judged(Kind kind, int generatedTokens, FinishReason finishReason) {

    /** Checks that nothing is null. */
    public Judged {
      given(kind, "kind");
      given(finishReason, "finishReason");
    }
  }

  /**
   * A request has finished.
   *
   * @param kind what was asked for
   * @param outcome how it ended
   * @param failure what its future failed with; empty where there is a result
   * @param score of a comparison that has one
   * @param rating of a response that has one
   * @param latency from the submission, media included, to the outcome; not the time that the
   *     user's own listeners and dependents take
   * @param promptTokens tokens of its prompts, pictures included: of two prompts where a pair is
   *     judged in both orders; 0 where it ended before the prompts were made
   * @param promptTokensKnown how many of these did not have to be read, because earlier prompts
   *     began with them
   * @param generatedTokens tokens of all its judgements, also of those cut short
   * @param tokensAhead how many of these were computed beside others, because they were guessed
   * @param judgements those that ended by themselves
   * @param mediaHits pictures and videos whose patches another request had made and still used
   * @param mediaMisses pictures and videos that were read
   * @param underWay requests that wait or run at this moment, this one excluded
   */
  record Finished(
      Kind kind,
      Outcome outcome,
      Optional<Throwable> failure,
      Optional<PreferenceScore> score,
      Optional<Rating> rating,
      Duration latency,
      int promptTokens,
      int promptTokensKnown,
      int generatedTokens,
      int tokensAhead,
      int judgements,
      int mediaHits,
      int mediaMisses,
      int underWay) {

    /** Checks that nothing is null. */
    public Finished {
      given(kind, "kind");
      given(outcome, "outcome");
      given(failure, "failure");
      given(score, "score");
      given(rating, "rating");
      given(latency, "latency");
    }
  }
}
