package io.r1reward.core.judge;

import com.google.common.collect.ImmutableList;
import io.r1reward.Order;
import io.r1reward.PreferenceScore;
import io.r1reward.Voting;
import io.r1reward.core.generate.Completion;
import io.r1reward.core.generate.Generation;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One score under way: carries completions from the generator into the vote, and cancellation, time
 * limit and failures from either side to the other. Holds no prompt, so that patches are free as
 * soon as the generator has used them.
 */
final class ScoreRun {
  private final Generation generation;
  private final ImmutableList<Order> orders;
  private final Voting voting;
  private final JudgementReader reader;
  private final Transcripts transcripts;
  private final BooleanSupplier modelClosed;
  private final CompletableFuture<PreferenceScore> score;
  private final Telling telling;
  private final RequestMeter meter;
  private final Vote vote;

  ScoreRun(
      Generation generation,
      ImmutableList<Order> orders,
      Voting voting,
      int promptTokens,
      JudgementReader reader,
      Transcripts transcripts,
      Telling telling,
      RequestMeter meter,
      BooleanSupplier modelClosed) {
    this.generation = generation;
    this.orders = orders;
    this.voting = voting;
    this.reader = reader;
    this.transcripts = transcripts;
    this.modelClosed = modelClosed;
    this.telling = telling;
    this.meter = meter;
    this.score = telling.score();
    this.vote =
        new Vote(
            voting.judgements(),
            promptTokens,
            voting.stopWhenDecided(),
            index -> generation.cancel(index % orders.size(), index / orders.size()),
            telling.outcome());
  }

  /**
   * Starts to count.
   *
   * @param timeLimit from {@code submitted}; null for none
   * @param submitted {@link System#nanoTime} of the submission
   */
  CompletableFuture<PreferenceScore> start(@Nullable Duration timeLimit, long submitted) {
    CompletableFuture<?> timer = timer(timeLimit, submitted);
    CompletableFuture<?> unused = score.whenComplete((result, failure) -> timer.cancel(false));
    cancelIfFailed(score); // where the caller cancels it, or his listener throws
    cancelIfFailed(telling.outcome()); // at once, however long a listener takes
    CompletableFuture<?> unusedToo = telling.outcome().thenAccept(meter::scored);
    meter.follow(generation);
    for (int sample = 0; sample < voting.samples(); sample++) {
      for (int prompt = 0; prompt < orders.size(); prompt++) {
        track(prompt, sample);
      }
    }
    return score;
  }

  private void cancelIfFailed(CompletableFuture<PreferenceScore> future) {
    CompletableFuture<?> unused =
        future.whenComplete(
            (result, failure) -> {
              if (failure != null) {
                meter.failed(failure);
                generation.cancel();
              }
            });
  }

  private void track(int prompt, int sample) {
    CompletableFuture<?> unused = generation.completion(prompt, sample).whenComplete(this::ended);
  }

  private CompletableFuture<?> timer(@Nullable Duration timeLimit, long submitted) {
    CompletableFuture<Void> timer = new CompletableFuture<>();
    if (timeLimit == null) {
      return timer;
    }
    long limit = TimeUnit.NANOSECONDS.convert(timeLimit); // saturates
    long left = limit - (System.nanoTime() - submitted);
    if (left <= 0) {
      timeIsOver();
    } else {
      CompletableFuture<?> unused =
          timer.completeOnTimeout(null, left, TimeUnit.NANOSECONDS).thenRun(this::timeIsOver);
    }
    return timer;
  }

  private void timeIsOver() {
    telling.waitForNobody();
    generation.cancel();
  }

  private void ended(@Nullable Completion completion, @Nullable Throwable failure) {
    if (completion == null) {
      telling
          .outcome()
          .completeExceptionally(
              failure instanceof CompletionException && failure.getCause() != null
                  ? failure.getCause()
                  : failure);
      return;
    }
    try {
      int prompt = completion.prompt();
      int sample = completion.sample();
      transcripts.ended(prompt, sample);
      vote.cast(
          sample * orders.size() + prompt,
          reader.read(completion, orders.get(prompt)),
          modelClosed.getAsBoolean());
    } catch (RuntimeException | Error e) {
      telling.outcome().completeExceptionally(e); // a listener's or a protocol's own
    }
  }
}
