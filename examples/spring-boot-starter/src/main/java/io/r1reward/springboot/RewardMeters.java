package io.r1reward.springboot;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.r1reward.ModelListener;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Meters of a model. Those of requests are counted where a request has finished, those of
 * judgements and generated tokens where a judgement has ended.
 *
 * <ul>
 *   <li>{@code r1reward.requests.active}: requests that wait or run
 *   <li>{@code r1reward.requests}: timer from submission to outcome, by {@code kind} (score,
 *       rating) and {@code outcome} (complete, timed_out, no_vote, failed, cancelled)
 *   <li>{@code r1reward.judgements}: by {@code kind} and {@code finish} (the reason, lower case)
 *   <li>{@code r1reward.tokens.generated}, {@code r1reward.tokens.prompt}
 *   <li>{@code r1reward.tokens.prompt.known}: of the prompts', those the prefix cache had
 *   <li>{@code r1reward.tokens.ahead}: of the generated, those that were guessed
 *   <li>{@code r1reward.media}: pictures and videos, by {@code cache} (hit, miss)
 * </ul>
 *
 * Thread-safe.
 */
public final class RewardMeters implements ModelListener {
  private final MeterRegistry registry;
  private final AtomicInteger active = new AtomicInteger();
  private final Counter generated;
  private final Counter prompt;
  private final Counter known;
  private final Counter ahead;
  private final Counter mediaHits;
  private final Counter mediaMisses;

  /** Registers the meters that have no outcome among their tags. */
  public RewardMeters(MeterRegistry registry) {
    this.registry = registry;
    Gauge.builder("r1reward.requests.active", active, AtomicInteger::get)
        .description("Requests that wait or run")
        .baseUnit("requests")
        .register(registry);
    generated = tokens("generated", "Tokens of judgements, also of those cut short");
    prompt = tokens("prompt", "Tokens of prompts, pictures included");
    known = tokens("prompt.known", "Tokens of prompts that did not have to be read again");
    ahead = tokens("ahead", "Generated tokens that were guessed and computed beside others");
    mediaHits = media("hit");
    mediaMisses = media("miss");
  }

  private Counter tokens(String name, String description) {
    return Counter.builder("r1reward.tokens." + name)
        .description(description)
        .baseUnit("tokens")
        .register(registry);
  }

  private Counter media(String cache) {
    return Counter.builder("r1reward.media")
        .description("Pictures and videos, by whether another request had read them")
        .baseUnit("media")
        .tag("cache", cache)
        .register(registry);
  }

  @Override
  public void requestQueued(Queued event) {
    active.set(event.underWay());
  }

  @Override
  public void judgementEnded(Judged event) {
    generated.increment(event.generatedTokens());
    Counter.builder("r1reward.judgements")
        .description("Judgements that ended, by themselves or cut short")
        .baseUnit("judgements")
        .tag("kind", tag(event.kind()))
        .tag("finish", tag(event.finishReason()))
        .register(registry)
        .increment();
  }

  @Override
  public void requestFinished(Finished event) {
    active.set(event.underWay());
    prompt.increment(event.promptTokens());
    known.increment(event.promptTokensKnown());
    ahead.increment(event.tokensAhead());
    mediaHits.increment(event.mediaHits());
    mediaMisses.increment(event.mediaMisses());
    Timer.builder("r1reward.requests")
        .description("From the submission of a request to its outcome")
        .tag("kind", tag(event.kind()))
        .tag("outcome", tag(event.outcome()))
        .register(registry)
        .record(event.latency());
  }

  private static String tag(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
