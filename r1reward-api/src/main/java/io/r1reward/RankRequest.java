package io.r1reward;

import static io.r1reward.Given.copy;
import static io.r1reward.Given.given;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Candidate responses to one question, and how to order them. Immutable, as long as its listener
 * is.
 *
 * @param question what was asked
 * @param media what it was asked about
 * @param candidates at least one
 * @param tournament which comparisons are made; default {@link Tournament#ROUND_ROBIN}
 * @param voting how each comparison is decided; default one judgement in both orders
 * @param sampling how tokens are drawn; its seed also draws the byes of {@link
 *     Tournament#KNOCK_OUT}
 * @param timeLimit over the whole ranking, waiting for a full queue included; what is not compared
 *     by then is left out, and the ranking is not {@link Ranking#complete}; null for none
 * @param listener hears of each finished comparison; null for none
 */
public record RankRequest(
    String question,
    List<Media> media,
    List<String> candidates,
    Tournament tournament,
    Voting voting,
    Sampling sampling,
    @Nullable Duration timeLimit,
    @Nullable RankingListener listener) {

  /** Checks that there is a candidate, and the time limit. */
  public RankRequest {
    given(question, "question");
    media = copy(media, "media");
    candidates = copy(candidates, "candidates");
    given(tournament, "tournament");
    given(voting, "voting");
    given(sampling, "sampling");
    if (candidates.isEmpty()) {
      throw new InvalidInputException("ranking needs at least 1 candidate, got 0");
    }
    if (timeLimit != null && (timeLimit.isNegative() || timeLimit.isZero())) {
      throw new InvalidInputException("timeLimit must be positive, got " + timeLimit);
    }
  }

  /** Starts a request with all defaults and no media. */
  public static Builder builder(String question, List<String> candidates) {
    return new Builder(question, candidates);
  }

  /** Collects a {@link RankRequest}. Not thread-safe. */
  public static final class Builder {
    private final String question;
    private final List<String> candidates;
    private final List<Media> media = new ArrayList<>();
    private Tournament tournament = Tournament.ROUND_ROBIN;
    private Voting voting = Voting.single().inBothOrders();
    private Sampling sampling = Sampling.defaults();
    private @Nullable Long seed;
    private @Nullable Duration timeLimit;
    private @Nullable RankingListener listener;

    private Builder(String question, List<String> candidates) {
      this.question = given(question, "question");
      this.candidates = copy(candidates, "candidates");
    }

    /** Adds what the question is about, in order. */
    @CanIgnoreReturnValue
    public Builder media(List<? extends Media> values) {
      media.addAll(copy(values, "media"));
      return this;
    }

    /** Which comparisons are made. */
    @CanIgnoreReturnValue
    public Builder tournament(Tournament value) {
      tournament = given(value, "tournament");
      return this;
    }

    /** How each comparison is decided. */
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

    /** The seed, of whatever sampling is set before or after. */
    @CanIgnoreReturnValue
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /** The longest the whole ranking may take. */
    @CanIgnoreReturnValue
    public Builder timeLimit(Duration value) {
      timeLimit = given(value, "timeLimit");
      return this;
    }

    /** Hears of each finished comparison. */
    @CanIgnoreReturnValue
    public Builder listener(RankingListener value) {
      listener = given(value, "listener");
      return this;
    }

    /**
     * Returns the request.
     *
     * @throws InvalidInputException if there is no candidate or the time limit is not positive
     */
    public RankRequest build() {
      Sampling seeded = seed == null ? sampling : sampling.toBuilder().seed(seed).build();
      return new RankRequest(
          question, media, candidates, tournament, voting, seeded, timeLimit, listener);
    }
  }
}
