package io.r1reward.agentjudge;

import static io.r1reward.agentjudge.Given.given;

import io.r1reward.InvalidInputException;
import io.r1reward.Rating;
import io.r1reward.RewardModel;
import java.util.stream.Collectors;
import org.springaicommunity.judge.JudgeMetadata;
import org.springaicommunity.judge.JudgeType;
import org.springaicommunity.judge.JudgeWithMetadata;
import org.springaicommunity.judge.context.JudgmentContext;
import org.springaicommunity.judge.result.Judgment;
import org.springaicommunity.judge.result.JudgmentStatus;
import org.springaicommunity.judge.score.NumericalScore;

/**
 * Passes an agent whose output the judge rates at a threshold or above, alone: for a scalar judge,
 * or one whose protocol has a prompt for it. The judge sees the goal, and the pictures that the
 * context's metadata hold below {@link PreferenceJudge#MEDIA}.
 *
 * <p>The score is the rating on the scale from {@code least} to {@code most}; one beyond an end is
 * told as that end. The judgment abstains where the judge wrote no score that could be read, and is
 * an error, with its cause, where there is no output, judging fails or the judge rates no single
 * responses. The reasoning is what the judge wrote. The metadata are {@code votes}, the judgements
 * that have a score, {@code threshold} and, where there is one, {@code rating} in the judge's own
 * unit. Thread-safe.
 */
public final class RatingJudge implements JudgeWithMetadata {
  private final RewardModel judge;
  private final double least;
  private final double most;
  private final double threshold;

  /**
   * Sets everything, in the judge's unit.
   *
   * @param least the low end of the scale, the normalized score 0
   * @param most its high end, the normalized score 1
   * @param threshold the least rating that passes
   * @throws InvalidInputException if an end is not finite, the ends are not in order, or the
   *     threshold is not between them
   */
  public RatingJudge(RewardModel judge, double least, double most, double threshold) {
    this.judge = given(judge, "judge");
    if (!(Double.isFinite(least) && Double.isFinite(most) && least < most)) {
      throw new InvalidInputException(
          "least must be below most and both finite, got " + least + " and " + most);
    }
    if (!(threshold >= least && threshold <= most)) {
      throw new InvalidInputException(
          "threshold must be in [" + least + ", " + most + "], got " + threshold);
    }
    this.least = least;
    this.most = most;
    this.threshold = threshold;
  }

  /** The name {@code r1reward-rating}; {@code Judges.named} gives another. */
  @Override
  public JudgeMetadata metadata() {
    return new JudgeMetadata("r1reward-rating", "rates the output", JudgeType.LLM_POWERED);
  }

  /** Rates the output, and waits. Does not throw. */
  @Override
  public Judgment judge(JudgmentContext context) {
    try {
      Task task = Task.of(context);
      return judgment(judge.rate(task.question(), task.media(), task.answer()));
    } catch (RuntimeException e) {
      return Task.error(e);
    }
  }

  private Judgment judgment(Rating rating) {
    String texts =
        rating.judgements().stream().map(Rating.Sample::text).collect(Collectors.joining("\n\n"));
    int votes = (int) rating.judgements().stream().filter(one -> one.score().isPresent()).count();
    Judgment.Builder judgment =
        Judgment.builder().metadata("votes", votes).metadata("threshold", threshold);
    if (rating.score().isEmpty()) {
      return judgment
          .status(JudgmentStatus.ABSTAIN)
          .score(new NumericalScore(least, least, most))
          .reasoning(("The judge gave no score.\n\n" + texts).strip())
          .build();
    }
    double value = rating.score().getAsDouble();
    return judgment
        .status(value >= threshold ? JudgmentStatus.PASS : JudgmentStatus.FAIL)
        .score(new NumericalScore(Math.min(Math.max(value, least), most), least, most))
        .reasoning(texts)
        .metadata("rating", value)
        .build();
  }
}
