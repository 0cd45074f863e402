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

/**
 * Makes a line of the output of a line of the input. Thread-safe.
 *
 * @param model the judge
 * @param settings how pairs are scored
 */
record PairScoring(RewardModel model, ScoreRun.Settings settings) {

  /**
   * Begins to score a line; a bad one fails with an {@link InvalidInputException}.
   *
   * @throws RewardModelException if the engine fails
   */
  CompletableFuture<PreferenceScore> submit(InputLine line) {
    PreferencePair pair = line.pair();
    if (pair == null) {
      return CompletableFuture.failedFuture(
          new InvalidInputException(String.valueOf(line.error())));
    }
    try {
      return model.submit(
          ScoreRequest.builder(pair)
              .voting(settings.voting())
              .sampling(settings.sampling())
              .build());
    } catch (EngineException | CancelledException | QueueFullException e) {
      throw e;
    } catch (RuntimeException e) {
      // reading this pair's media or text failed, which says nothing about the next
      return CompletableFuture.failedFuture(
          e instanceof InvalidInputException ? e : new InvalidInputException(e.toString(), e));
    }
  }

  /**
   * Waits for a score and returns its line, or one with an {@code error} where the pair cannot be
   * judged.
   *
   * @throws RewardModelException if the engine fails
   */
  ObjectNode result(InputLine line, CompletableFuture<PreferenceScore> score) {
    try {
      return OutputLine.score(line.id(), score.join(), settings.tokens());
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
