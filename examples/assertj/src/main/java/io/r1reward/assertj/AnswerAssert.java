package io.r1reward.assertj;

import io.r1reward.Media;
import io.r1reward.PreferencePair;
import io.r1reward.PreferenceScore;
import io.r1reward.Preferred;
import io.r1reward.RewardModel;
import io.r1reward.Sampling;
import io.r1reward.ScoreRequest;
import io.r1reward.Voting;
import java.util.List;
import java.util.function.Consumer;
import org.assertj.core.api.AbstractAssert;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Asserts which of two answers a judge prefers, and says why: every comparison is reported with its
 * votes and the judge's reasons, and a failure carries them. By default each pair is judged three
 * times in both orders with a fixed seed, so that a test gives the same result each time and has no
 * preference for a position. Not thread-safe.
 */
public final class AnswerAssert extends AbstractAssert<AnswerAssert, String> {
  private static final long SEED = 1;

  private @Nullable String question;
  private List<Media> media = List.of();
  private @Nullable RewardModel judge;
  private Voting voting = Voting.majority(3).inBothOrders();
  private Sampling sampling = Sampling.builder().seed(SEED).build();
  private Consumer<String> report = LoggerFactory.getLogger(AnswerAssert.class)::info;

  private AnswerAssert(String answer) {
    super(answer, AnswerAssert.class);
  }

  /** Begins an assertion about an answer. */
  public static AnswerAssert assertThatAnswer(String answer) {
    return new AnswerAssert(answer);
  }

  /** Names the question, and the pictures or videos it is about. */
  public AnswerAssert to(String asked, Media... about) {
    question = asked;
    media = List.of(about);
    return this;
  }

  /** Names the judge, which stays the caller's. */
  public AnswerAssert accordingTo(RewardModel model) {
    judge = model;
    return this;
  }

  /** Sets how the judge votes; {@code Voting.majority(3).inBothOrders()} by default. */
  public AnswerAssert votingBy(Voting votes) {
    voting = votes;
    return this;
  }

  /** Sets how the judge samples; the checkpoint's defaults with seed {@value #SEED} by default. */
  public AnswerAssert samplingBy(Sampling draws) {
    sampling = draws;
    return this;
  }

  /** Sets who hears of every comparison; a logger of this class's name by default. */
  public AnswerAssert reportingTo(Consumer<String> listener) {
    report = listener;
    return this;
  }

  /** Fails unless the judge prefers the answer; a tie fails. */
  public AnswerAssert isPreferredOver(String other) {
    PreferenceScore score = score(other);
    if (score.preferred() != Preferred.FIRST) {
      fail("to be preferred", other, score);
    }
    return this;
  }

  /** Fails where the judge prefers the other answer; a tie passes. */
  public AnswerAssert isNotWorseThan(String other) {
    PreferenceScore score = score(other);
    if (score.preferred() == Preferred.SECOND) {
      fail("not to be worse", other, score);
    }
    return this;
  }

  /** Fails unless so large a share of the votes, in [0, 1], is for the answer. */
  public AnswerAssert hasShareOver(String other, double atLeast) {
    PreferenceScore score = score(other);
    if (score.first() < atLeast) {
      fail("to have a share of the votes of at least " + atLeast, other, score);
    }
    return this;
  }

  private PreferenceScore score(String other) {
    isNotNull();
    String asked = question;
    RewardModel model = judge;
    if (asked == null || model == null) {
      throw new IllegalStateException(
          "an answer is compared after to(question) and accordingTo(judge)");
    }
    PreferenceScore score =
        model.score(
            ScoreRequest.builder(new PreferencePair(asked, media, actual, other))
                .voting(voting)
                .sampling(sampling)
                .build());
    report.accept(Reasons.of(asked, actual, other, score));
    return score;
  }

  private void fail(String expectation, String other, PreferenceScore score) {
    failWithMessage(
        "%s",
        "Expected the answer " + expectation + ":\n" + Reasons.of(question, actual, other, score));
  }
}
