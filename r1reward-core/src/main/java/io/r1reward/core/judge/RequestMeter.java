package io.r1reward.core.judge;

import io.r1reward.CancelledException;
import io.r1reward.FinishReason;
import io.r1reward.ModelListener.Finished;
import io.r1reward.ModelListener.Judged;
import io.r1reward.ModelListener.Kind;
import io.r1reward.ModelListener.Outcome;
import io.r1reward.PreferenceScore;
import io.r1reward.Ranking;
import io.r1reward.Rating;
import io.r1reward.core.generate.Completion;
import io.r1reward.core.generate.Generation;
import io.r1reward.core.generate.GenerationRequest;
import io.r1reward.core.generate.Generator;
import io.r1reward.core.generate.Prompt;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is measured of one request: it has finished when its outcome is there and every judgement
 * has ended. Calls the {@link Meter} outside of its lock. Thread-safe.
 */
final class RequestMeter implements SharedMedia.Count {
  private final Meter meter;
  private final Kind kind;
  private final long submitted = System.nanoTime();
  private int promptCount;
  private int samples;
  private int promptTokens;
  private int promptTokensKnown;
  private int generatedTokens;
  private int tokensAhead;
  private int judgements;
  private int mediaHits;
  private int mediaMisses;

  /** Judgements that run or wait, and one for the outcome. */
  private int open = 1;

  private @Nullable Outcome outcome;
  private Optional<Throwable> failure = Optional.empty();
  private Optional<PreferenceScore> score = Optional.empty();
  private Optional<Rating> rating = Optional.empty();
  private Duration latency = Duration.ZERO;

  RequestMeter(Meter meter, Kind kind) {
    this.meter = meter;
    this.kind = kind;
  }

  @Override
  public synchronized void medium(boolean known) {
    if (known) {
      mediaHits++;
    } else {
      mediaMisses++;
    }
  }

  /** Starts the request; what it throws is its outcome, too. */
  <T> CompletableFuture<T> orFailed(Supplier<CompletableFuture<T>> start) {
    try {
      return start.get();
    } catch (RuntimeException | Error e) {
      failed(e);
      throw e;
    }
  }

  /** Hands judgements to a generator and counts them; {@link #follow} is to be called next. */
  Generation submit(Generator generator, GenerationRequest request) {
    int tokens = request.prompts().stream().mapToInt(Prompt::length).sum();
    Generation generation = generator.submit(request);
    synchronized (this) {
      promptCount = request.prompts().size();
      samples = request.samples();
      promptTokens = tokens;
      open += promptCount * samples;
    }
    return generation;
  }

  /** Prompts are read alone, without a judgement. */
  synchronized void reads(List<Prompt> prompts) {
    promptTokens = prompts.stream().mapToInt(Prompt::length).sum();
  }

  /** Hears of what was submitted. */
  void follow(Generation generation) {
    for (int prompt = 0; prompt < promptCount; prompt++) {
      for (int sample = 0; sample < samples; sample++) {
        CompletableFuture<?> unused =
            generation.completion(prompt, sample).whenComplete(this::judged);
      }
    }
  }

  /** There is no score, and why. */
  void failed(Throwable cause) {
    ended(Outcome.FAILED, cause, null, null);
  }

  /** A score is there. */
  void scored(PreferenceScore score) {
    ended(
        switch (score.status()) {
          case COMPLETE -> Outcome.COMPLETE;
          case TIMED_OUT -> Outcome.TIMED_OUT;
          case NO_VOTE -> Outcome.NO_VOTE;
        },
        null,
        score,
        null);
  }

  /** A rating is there. */
  void rated(Rating rating) {
    long whole =
        rating.judgements().stream()
            .filter(judgement -> judgement.finishReason() != FinishReason.CANCELLED)
            .count();
    boolean number = rating.score().isPresent() && rating.judgements().isEmpty();
    ended(
        whole == 0 && !number
            ? Outcome.NO_VOTE
            : whole < rating.judgements().size() ? Outcome.TIMED_OUT : Outcome.COMPLETE,
        null,
        null,
        rating);
  }

  /** A ranking is there that took no judgements. */
  void ranked(Ranking ranking) {
    ended(ranking.complete() ? Outcome.COMPLETE : Outcome.NO_VOTE, null, null, null);
  }

  private void judged(@Nullable Completion completion, @Nullable Throwable unused) {
    if (completion != null) {
      synchronized (this) {
        generatedTokens += completion.tokens().length;
        tokensAhead += completion.tokensAhead();
        promptTokensKnown += completion.sample() == 0 ? completion.promptTokensKnown() : 0;
        judgements += completion.finishReason() == FinishReason.CANCELLED ? 0 : 1;
      }
      meter.judged(new Judged(kind, completion.tokens().length, completion.finishReason()));
    }
    oneLess();
  }

  private void ended(
      Outcome how,
      @Nullable Throwable cause,
      @Nullable PreferenceScore scored,
      @Nullable Rating rated) {
    synchronized (this) {
      if (outcome != null) {
        return; // what came first
      }
      Throwable known =
          cause instanceof CompletionException && cause.getCause() != null
              ? cause.getCause()
              : cause;
      boolean cancelled =
          known instanceof CancelledException || known instanceof CancellationException;
      outcome = cancelled ? Outcome.CANCELLED : how;
      failure = Optional.ofNullable(known);
      score = Optional.ofNullable(scored);
      rating = Optional.ofNullable(rated);
      latency = Duration.ofNanos(System.nanoTime() - submitted);
    }
    oneLess();
  }

  private void oneLess() {
    Outcome how;
    synchronized (this) {
      how = outcome;
      if (--open > 0 || how == null) {
        return;
      }
    }
    meter.finished(underWay -> finished(how, underWay));
  }

  private synchronized Finished finished(Outcome how, int underWay) {
    return new Finished(
        kind,
        how,
        failure,
        score,
        rating,
        latency,
        promptTokens,
        promptTokensKnown,
        generatedTokens,
        tokensAhead,
        judgements,
        mediaHits,
        mediaMisses,
        underWay);
  }
}
