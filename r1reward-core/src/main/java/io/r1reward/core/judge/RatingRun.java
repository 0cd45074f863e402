package io.r1reward.core.judge;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import io.r1reward.CancelledException;
import io.r1reward.FinishReason;
import io.r1reward.Rating;
import io.r1reward.core.generate.Completion;
import io.r1reward.core.generate.Generation;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.protocol.JudgeProtocol;
import io.r1reward.core.text.Tokenizer;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One rating under way. Nothing of it runs on the caller's or the engine's thread. Thread-safe. */
final class RatingRun {
  private final JudgeProtocol protocol;
  private final Tokenizer tokenizer;
  private final Callbacks callbacks;
  private final RequestMeter meter;
  private final BooleanSupplier modelClosed;
  private final CompletableFuture<Rating> rating = new CompletableFuture<>();
  private final CompletableFuture<Void> timer = new CompletableFuture<>();
  private @Nullable Generation generation;

  RatingRun(
      JudgeProtocol protocol,
      Tokenizer tokenizer,
      Callbacks callbacks,
      RequestMeter meter,
      BooleanSupplier modelClosed) {
    this.protocol = protocol;
    this.tokenizer = tokenizer;
    this.callbacks = callbacks;
    this.meter = meter;
    this.modelClosed = modelClosed;
  }

  /**
   * Starts.
   *
   * @param timeLimit from now on, media included; null for none
   * @param prompt reads media and writes the prompt
   * @param submit starts the judgements
   * @return done with what there is when the time is over; cancelling it ends the judgements
   */
  CompletableFuture<Rating> start(
      @Nullable Duration timeLimit,
      Supplier<Prompt> prompt,
      Function<? super Prompt, Generation> submit) {
    CompletableFuture<?> unused =
        rating.whenComplete(
            (result, failure) -> {
              timer.cancel(false);
              endJudgements(failure);
            });
    if (timeLimit != null) {
      CompletableFuture<?> unusedToo =
          timer
              .completeOnTimeout(
                  null, TimeUnit.NANOSECONDS.convert(timeLimit), TimeUnit.NANOSECONDS)
              .thenRunAsync(this::timeIsOver, callbacks);
    }
    callbacks.execute(() -> begin(prompt, submit));
    return rating;
  }

  private void begin(Supplier<Prompt> prompt, Function<? super Prompt, Generation> submit) {
    try {
      Prompt written = prompt.get();
      Generation started = begin(written, submit);
      if (started != null) {
        meter.follow(started);
        CompletableFuture<?> unused = started.all().whenCompleteAsync(this::ended, callbacks);
      }
    } catch (RuntimeException | Error e) {
      fail(e);
    }
  }

  private synchronized @Nullable Generation begin(
      Prompt prompt, Function<? super Prompt, Generation> submit) {
    if (!rating.isDone()) { // the time may be over, or the caller gone
      generation = submit.apply(prompt);
    }
    return generation;
  }

  private synchronized void endJudgements(@Nullable Throwable failure) {
    if (failure != null) { // the caller has cancelled it, perhaps
      meter.failed(failure);
    }
    if (generation != null) {
      generation.cancel();
    }
  }

  private synchronized void timeIsOver() {
    if (generation == null) {
      complete(Rating.of(List.of()));
    } else {
      generation.cancel(); // and what there is, is read
    }
  }

  private void complete(Rating result) {
    meter.rated(result);
    rating.complete(result);
  }

  private void fail(Throwable cause) {
    meter.failed(cause);
    rating.completeExceptionally(cause);
  }

  private void ended(@Nullable List<Completion> completions, @Nullable Throwable failure) {
    try {
      if (completions == null) {
        fail(
            failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause()
                : requireNonNull(failure, "failure"));
      } else if (modelClosed.getAsBoolean()
          && completions.stream().anyMatch(one -> one.finishReason() == FinishReason.CANCELLED)) {
        fail(new CancelledException("the model was closed before the rating was there"));
      } else {
        complete(
            Rating.of(
                completions.stream().map(this::read).collect(ImmutableList.toImmutableList())));
      }
    } catch (RuntimeException | Error e) {
      fail(e); // a protocol's own
    }
  }

  private Rating.Sample read(Completion completion) {
    String text = tokenizer.decode(completion.tokens(), true);
    boolean whole = completion.finishReason() != FinishReason.CANCELLED;
    return new Rating.Sample(
        whole ? protocol.rating(text) : OptionalDouble.empty(),
        text,
        completion.tokens().length,
        completion.finishReason());
  }
}
