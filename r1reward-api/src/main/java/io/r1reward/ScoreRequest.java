package io.r1reward;

import static io.r1reward.Given.given;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A pair and how to score it. Immutable, as long as its listener is.
 *
 * @param pair what to compare
 * @param voting how many judgements; default {@link Voting#single()}
 * @param sampling how tokens are drawn; default {@link Sampling#defaults()}
 * @param timeLimit from submission, queueing included; when it is over the judgements still running
 *     end with {@link FinishReason#CANCELLED} and the vote is taken over what there is; null for
 *     none
 * @param listener hears the text as it is generated; null for none
 */
public record ScoreRequest(
    PreferencePair pair,
    Voting voting,
    Sampling sampling,
    @Nullable Duration timeLimit,
    @Nullable ReasoningListener listener) {

  /** Checks the time limit. */
  public ScoreRequest {
    given(pair, "pair");
    given(voting, "voting");
    given(sampling, "sampling");
    if (timeLimit != null && (timeLimit.isNegative() || timeLimit.isZero())) {
      throw new InvalidInputException("timeLimit must be positive, got " + timeLimit);
    }
  }

  /** A request with all defaults. */
  public static ScoreRequest of(PreferencePair pair) {
    return builder(pair).build();
  }

  /** Starts a request with all defaults. */
  public static Builder builder(PreferencePair pair) {
    return new Builder(pair);
  }

  /** Collects a {@link ScoreRequest}. Not thread-safe. */
  public static final class Builder {
    private final PreferencePair pair;
    private Voting voting = Voting.single();
    private Sampling sampling = Sampling.defaults();
    private @Nullable Duration timeLimit;
    private @Nullable ReasoningListener listener;

    private Builder(PreferencePair pair) {
      this.pair = given(pair, "pair");
    }

    /** How many judgements. */
    @CanIgnoreReturnValue
    public Builder voting(Voting value) {
      voting = given(value, "voting");
      return this;
    }

    /** How tokens are drawn. */
    @CanIgnoreReturnValue
    public Builder sampling(Sampling value) {
      sampling = given(value, "sampling");
      return this;
    }

    /** The longest the score may take, from submission. */
    @CanIgnoreReturnValue
    public Builder timeLimit(Duration value) {
      timeLimit = given(value, "timeLimit");
      return this;
    }

    /** Hears the text as it is generated. */
    @CanIgnoreReturnValue
    public Builder listener(ReasoningListener value) {
      listener = given(value, "listener");
      return this;
    }

    /**
     * Returns the request.
     *
     * @throws InvalidInputException if the time limit is not positive
     */
    public ScoreRequest build() {
      return new ScoreRequest(pair, voting, sampling, timeLimit, listener);
    }
  }
}
