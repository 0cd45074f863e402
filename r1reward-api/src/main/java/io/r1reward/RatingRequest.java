package io.r1reward;

import static io.r1reward.Given.copy;
import static io.r1reward.Given.given;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A single response to rate, for judges whose protocol does that. Immutable.
 *
 * @param question what was asked
 * @param media pictures and videos it was asked about, in order; may be empty
 * @param response what is rated
 * @param samples how many judgements are drawn; their mean is the rating
 * @param sampling how tokens are drawn
 * @param timeLimit from the call on; null for none
 */
public record RatingRequest(
    String question,
    List<Media> media,
    String response,
    int samples,
    Sampling sampling,
    @Nullable Duration timeLimit) {

  /** Checks that nothing is null but the time limit, and the number of samples. */
  public RatingRequest {
    given(question, "question");
    media = copy(media, "media");
    given(response, "response");
    given(sampling, "sampling");
    if (samples < 1) {
      throw new InvalidInputException("samples must be at least 1, got " + samples);
    }
    if (timeLimit != null && (timeLimit.isNegative() || timeLimit.isZero())) {
      throw new InvalidInputException("timeLimit must be positive, got " + timeLimit);
    }
  }

  /** Starts a request of one judgement, sampled as the checkpoint says, without a time limit. */
  public static Builder builder(String question, String response) {
    return new Builder(given(question, "question"), given(response, "response"));
  }

  /** Collects a {@link RatingRequest}. Not thread-safe. */
  public static final class Builder {
    private final String question;
    private final String response;
    private final List<Media> media = new ArrayList<>();
    private int samples = 1;
    private Sampling sampling = Sampling.defaults();
    private @Nullable Duration timeLimit;

    private Builder(String question, String response) {
      this.question = question;
      this.response = response;
    }

    /** Adds a picture or video. */
    @CanIgnoreReturnValue
    public Builder media(Media item) {
      media.add(given(item, "item"));
      return this;
    }

    /** How many judgements are drawn. */
    @CanIgnoreReturnValue
    public Builder samples(int count) {
      samples = count;
      return this;
    }

    /** How tokens are drawn. */
    @CanIgnoreReturnValue
    public Builder sampling(Sampling value) {
      sampling = given(value, "value");
      return this;
    }

    /** Longest time from the call on; what has no rating by then has none. */
    @CanIgnoreReturnValue
    public Builder timeLimit(Duration value) {
      timeLimit = given(value, "value");
      return this;
    }

    /**
     * Returns the request.
     *
     * @throws InvalidInputException if a value is out of range
     */
    public RatingRequest build() {
      return new RatingRequest(question, media, response, samples, sampling, timeLimit);
    }
  }
}
