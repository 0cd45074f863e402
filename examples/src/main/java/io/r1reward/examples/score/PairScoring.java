package io.r1reward.examples.score;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.r1reward.CancelledException;
import io.r1reward.EngineException;
import io.r1reward.InvalidInputException;
import io.r1reward.PreferencePair;
import io.r1reward.PreferenceScore;
import io.r1reward.QueueFullException;
import io.r1reward.RewardModel;
import io.r1reward.RewardModelException;
import io.r1reward.ScoreRequest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes a line of the output of a line of the input. Thread-safe.
 *
 * @param judges who judges
 * @param settings how pairs are scored
 */
record PairScoring(Judges judges, ScoreRun.Settings settings) {

  /** Begins to judge a pair; cancelling the future ends its judgements. */
  @FunctionalInterface
  interface Judges {
    CompletableFuture<Cascade.Verdict> submit(PreferencePair pair);
  }

  /** Scoring by one judge. */
  static PairScoring of(RewardModel model, ScoreRun.Settings settings) {
    return new PairScoring(
        pair -> {
          CompletableFuture<Cascade.Verdict> verdict = new CompletableFuture<>();
          follow(
              ask(
                  model,
                  ScoreRequest.builder(pair)
                      .voting(settings.voting())
                      .sampling(settings.sampling())
                      .build()),
              verdict,
              (score, failure) -> {
                if (score != null) {
                  verdict.complete(Cascade.Verdict.alone(score));
                } else if (failure != null) {
                  verdict.completeExceptionally(failure);
                }
              });
          return verdict;
        },
        settings);
  }

  /**
   * Asks a judge; what is wrong with the pair fails the future with an {@link
   * InvalidInputException}.
   *
   * @throws RewardModelException if the engine fails
   */
  static CompletableFuture<PreferenceScore> ask(RewardModel model, ScoreRequest request) {
    try {
      return model.submit(request);
    } catch (EngineException | CancelledException | QueueFullException e) {
      return CompletableFuture.failedFuture(e);
    } catch (RuntimeException e) {
      // reading this pair's media or text failed, which says nothing about the next
      return CompletableFuture.failedFuture(
          e instanceof InvalidInputException ? e : new InvalidInputException(e.toString(), e));
    }
  }

  /** Waits for a score on the way to a verdict; who cancels the verdict cancels the score. */
  static void follow(
      CompletableFuture<PreferenceScore> score,
      CompletableFuture<Cascade.Verdict> verdict,
      BiConsumer<@Nullable PreferenceScore, @Nullable Throwable> then) {
    CompletableFuture<Cascade.Verdict> unused =
        verdict.whenComplete(
            (done, failure) -> {
              if (verdict.isCancelled()) {
                score.cancel(true);
              }
            });
    CompletableFuture<PreferenceScore> ignored =
        score.whenComplete(
            (done, failure) ->
                then.accept(
                    done,
                    failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure));
  }

  /** Begins to score a line; a bad one fails with an {@link InvalidInputException}. */
  CompletableFuture<Cascade.Verdict> submit(InputLine line) {
    PreferencePair pair = line.pair();
    return pair == null
        ? CompletableFuture.failedFuture(new InvalidInputException(String.valueOf(line.error())))
        : judges.submit(pair);
  }

  /**
   * Waits for a verdict and returns its line, or one with an {@code error} where the pair cannot be
   * judged.
   *
   * @throws RewardModelException if the engine fails
   */
  ObjectNode result(InputLine line, CompletableFuture<Cascade.Verdict> verdict) {
    try {
      return OutputLine.score(line.id(), verdict.join(), settings.tokens());
    } catch (CompletionException e) {
      if (e.getCause() instanceof InvalidInputException invalid) {
        return OutputLine.error(line, String.valueOf(invalid.getMessage()));
      }
      throw e.getCause() instanceof RewardModelException known
          ? known
          : new EngineException("scoring failed: " + e.getCause(), e);
    }
  }
}
