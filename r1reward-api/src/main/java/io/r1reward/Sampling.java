package io.r1reward;

import static io.r1reward.Given.copy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How tokens are drawn. What is null here comes from the checkpoint's {@code
 * generation_config.json}, and where that says nothing from the public implementation's defaults,
 * with one exception: a vote of more than one sample draws at temperature 1, as the paper does,
 * where no temperature is given here. The published R1-Reward checkpoint says repetition penalty
 * 1.05 and a temperature so small that it is greedy. Immutable.
 *
 * <p>Processing order is the public implementation's: repetition penalty, temperature, top-k,
 * top-p, min-p; then the token is drawn by inverse CDF in the order of token ids.
 *
 * @param temperature divisor of the logits; 0 is greedy
 * @param topK keep the k most likely tokens; 0 keeps all
 * @param topP keep the smallest set of tokens whose probability reaches p, in (0, 1]; 1 keeps all
 * @param minP drop tokens less likely than p times the most likely one, in [0, 1]; 0 keeps all
 * @param repetitionPenalty divides positive and multiplies negative logits of tokens that stand in
 *     the prompt or completion; 1 changes nothing
 * @param maxNewTokens most tokens of one completion; default {@value #DEFAULT_MAX_NEW_TOKENS}
 * @param stopStrings texts that end a completion when they appear in it (they stay in the text);
 *     default the protocol's own, for R1-Reward {@code </answer>} behind the reasoning
 * @param seed start of all random draws of a score; default 0
 */
public record Sampling(
    @Nullable Double temperature,
    @Nullable Integer topK,
    @Nullable Double topP,
    @Nullable Double minP,
    @Nullable Double repetitionPenalty,
    @Nullable Integer maxNewTokens,
    @Nullable List<String> stopStrings,
    long seed) {

  /** Most new tokens of one completion where nothing is said. */
  public static final int DEFAULT_MAX_NEW_TOKENS = 2048;

  private static final Sampling DEFAULTS = builder().build();

  /** Checks every value that is given. */
  public Sampling {
    stopStrings = stopStrings == null ? null : copy(stopStrings, "stopStrings");
    check(
        temperature == null || (temperature >= 0 && Double.isFinite(temperature)),
        "temperature must be finite and at least 0, got %s",
        temperature);
    check(topK == null || topK >= 0, "topK must be at least 0, got %s", topK);
    check(topP == null || (topP > 0 && topP <= 1), "topP must be in (0, 1], got %s", topP);
    check(minP == null || (minP >= 0 && minP <= 1), "minP must be in [0, 1], got %s", minP);
    check(
        repetitionPenalty == null || (repetitionPenalty > 0 && Double.isFinite(repetitionPenalty)),
        "repetitionPenalty must be positive and finite, got %s",
        repetitionPenalty);
    check(
        maxNewTokens == null || maxNewTokens >= 1,
        "maxNewTokens must be at least 1, got %s",
        maxNewTokens);
    check(
        stopStrings == null || stopStrings.stream().noneMatch(String::isEmpty),
        "stopStrings must not hold an empty string, got %s",
        stopStrings);
  }

  /** Everything as the checkpoint says, seed 0. */
  public static Sampling defaults() {
    return DEFAULTS;
  }

  /** Always the most likely token. */
  public static Sampling greedy() {
    return builder().temperature(0).build();
  }

  /** Starts settings in which nothing is given. */
  public static Builder builder() {
    return new Builder();
  }

  /** Starts from these settings. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.temperature = temperature;
    builder.topK = topK;
    builder.topP = topP;
    builder.minP = minP;
    builder.repetitionPenalty = repetitionPenalty;
    builder.maxNewTokens = maxNewTokens;
    builder.stopStrings = stopStrings;
    builder.seed = seed;
    return builder;
  }

  private static void check(boolean valid, String message, @Nullable Object value) {
    if (!valid) {
      throw new InvalidInputException(String.format(message, value));
    }
  }

  /** Collects {@link Sampling} settings; see there for meanings and defaults. Not thread-safe. */
  public static final class Builder {
    private @Nullable Double temperature;
    private @Nullable Integer topK;
    private @Nullable Double topP;
    private @Nullable Double minP;
    private @Nullable Double repetitionPenalty;
    private @Nullable Integer maxNewTokens;
    private @Nullable List<String> stopStrings;
    private long seed;

    private Builder() {}

    /** Divisor of the logits; 0 is greedy. */
    @CanIgnoreReturnValue
    public Builder temperature(double value) {
      temperature = value;
      return this;
    }

    /** Keep the k most likely tokens; 0 keeps all. */
    @CanIgnoreReturnValue
    public Builder topK(int value) {
      topK = value;
      return this;
    }

    /** Keep the smallest set of tokens whose probability reaches p. */
    @CanIgnoreReturnValue
    public Builder topP(double value) {
      topP = value;
      return this;
    }

    /** Drop tokens less likely than p times the most likely one. */
    @CanIgnoreReturnValue
    public Builder minP(double value) {
      minP = value;
      return this;
    }

    /** Make tokens that were seen before less likely. */
    @CanIgnoreReturnValue
    public Builder repetitionPenalty(double value) {
      repetitionPenalty = value;
      return this;
    }

    /** Most tokens of one completion. */
    @CanIgnoreReturnValue
    public Builder maxNewTokens(int value) {
      maxNewTokens = value;
      return this;
    }

    /** Texts that end a completion; an empty list leaves only the end-of-turn tokens. */
    @CanIgnoreReturnValue
    public Builder stopStrings(List<String> values) {
      stopStrings = copy(values, "stopStrings");
      return this;
    }

    /** Start of all random draws. */
    @CanIgnoreReturnValue
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /**
     * Returns the settings.
     *
     * @throws InvalidInputException if a value is out of range
     */
    public Sampling build() {
      return new Sampling(
          temperature, topK, topP, minP, repetitionPenalty, maxNewTokens, stopStrings, seed);
    }
  }
}
