package io.r1reward.agentjudge;

import static io.r1reward.agentjudge.Given.given;

import io.r1reward.PreferencePair;
import io.r1reward.RewardModel;
import io.r1reward.Voting;
import java.util.function.Function;
import org.springaicommunity.judge.JudgeMetadata;
import org.springaicommunity.judge.JudgeType;
import org.springaicommunity.judge.JudgeWithMetadata;
import org.springaicommunity.judge.context.JudgmentContext;
import org.springaicommunity.judge.result.Judgment;

/**
 * Passes an agent whose output the judge prefers to a baseline, such as "I do not know.". The judge
 * sees the goal, and the pictures that the context's metadata hold below {@link #MEDIA}.
 *
 * <p>The judgment abstains where the judge is undecided, and is an error, with its cause, where
 * there is no output or judging fails. The score is the judge's soft score of the output, or its
 * share of the votes where it has none, in [0, 1]. The reasoning is what every judgement that
 * counts says, a paragraph each. The metadata are {@code votes}, {@code share} of the votes for the
 * output, {@code orders} of the two, {@code status} and, where both orders have votes, {@code
 * consistent}: whether they agree. Thread-safe if the baseline is.
 */
public final class PreferenceJudge implements JudgeWithMetadata {
  /**
   * The key of pictures in a context's metadata: a {@link io.r1reward.Media}, bytes of a file,
   * {@code BufferedImage}, {@code URI}, {@code data:} URI as text, path (a relative one is in the
   * workspace) as {@code Path} or text, or a collection of these.
   */
  public static final String MEDIA = "r1reward.media";

  private final RewardModel judge;
  private final Function<JudgmentContext, String> baseline;
  private final Voting voting;

  /** Compares with a fixed text, by one judgement in both orders. */
  public PreferenceJudge(RewardModel judge, String baseline) {
    this(judge, fixed(given(baseline, "baseline")), Voting.single().inBothOrders());
  }

  /**
   * Sets everything.
   *
   * @param baseline the answer that an agent's output is compared with
   * @param voting how the two are compared
   */
  public PreferenceJudge(
      RewardModel judge, Function<JudgmentContext, String> baseline, Voting voting) {
    this.judge = given(judge, "judge");
    this.baseline = given(baseline, "baseline");
    this.voting = given(voting, "voting");
  }

  private static Function<JudgmentContext, String> fixed(String text) {
    return context -> text;
  }

  /** The name {@code r1reward-preference}; {@code Judges.named} gives another. */
  @Override
  public JudgeMetadata metadata() {
    return new JudgeMetadata(
        "r1reward-preference", "prefers the output to a baseline", JudgeType.LLM_POWERED);
  }

  /** Compares the output with the baseline, and waits. Does not throw. */
  @Override
  public Judgment judge(JudgmentContext context) {
    try {
      Task task = Task.of(context);
      String other = given(baseline.apply(context), "baseline of the context");
      return Comparison.judgment(
          judge.score(
              new PreferencePair(task.question(), task.media(), task.answer(), other), voting));
    } catch (RuntimeException e) { // the baseline is the user's code
      return Task.error(e);
    }
  }
}
