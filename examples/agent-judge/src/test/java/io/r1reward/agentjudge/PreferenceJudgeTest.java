package io.r1reward.agentjudge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.r1reward.CancelledException;
import io.r1reward.InvalidInputException;
import io.r1reward.Order;
import io.r1reward.ScoreStatus;
import io.r1reward.Voting;
import io.r1reward.core.testing.FakeJudge;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springaicommunity.judge.JudgeType;
import org.springaicommunity.judge.context.JudgmentContext;
import org.springaicommunity.judge.result.Judgment;
import org.springaicommunity.judge.result.JudgmentStatus;
import org.springaicommunity.judge.score.NumericalScore;

class PreferenceJudgeTest {
  private final FakeJudge judge = new FakeJudge(true);
  private final JudgmentContext context =
      JudgmentContext.builder().goal("Capital of France?").agentOutput("Paris.").build();

  private Judgment against(String baseline) {
    return new PreferenceJudge(judge, baseline).judge(context);
  }

  private static double score(Judgment judgment) {
    return ((NumericalScore) judgment.score()).normalized();
  }

  @Test
  void a_preferred_output_passes_with_its_soft_score() {
    Judgment judgment = against("No");
    assertThat(judgment.status()).isEqualTo(JudgmentStatus.PASS);
    assertThat(judgment.pass()).isTrue();
    assertThat(score(judgment)).isEqualTo(0.75); // 6 / (6 + 2) letters
    assertThat(judgment.metadata())
        .isEqualTo(
            Map.of(
                "votes",
                2,
                "share",
                1.0,
                "status",
                ScoreStatus.COMPLETE,
                "orders",
                List.of(Order.GIVEN, Order.SWAPPED),
                "consistent",
                true));
    assertThat(judgment.reasoning())
        .isEqualTo(
            """
            Prefers the output (it saw the output first): reason 0

            Prefers the output (it saw the output second): reason 1""");
  }

  @Test
  void an_output_behind_the_baseline_fails() {
    Judgment judgment = against("I do not know.");
    assertThat(judgment.status()).isEqualTo(JudgmentStatus.FAIL);
    assertThat(score(judgment)).isCloseTo(0.3, within(1e-12)); // 6 / (6 + 14) letters
    assertThat(judgment.reasoning()).startsWith("Prefers the baseline (it saw the output first)");
  }

  @Test
  void an_undecided_judge_abstains_with_half_a_score() {
    Judgment judgment = against("London");
    assertThat(judgment.status()).isEqualTo(JudgmentStatus.ABSTAIN);
    assertThat(judgment.pass()).isFalse();
    assertThat(score(judgment)).isEqualTo(0.5);
    assertThat(judgment.reasoning()).startsWith("Prefers neither");
  }

  @Test
  void a_judge_that_prefers_what_it_reads_first_abstains_and_is_not_consistent() {
    judge.readsFirst = true;
    Judgment judgment = against("No");
    assertThat(judgment.status()).isEqualTo(JudgmentStatus.ABSTAIN);
    assertThat(judgment.metadata()).containsEntry("consistent", false).containsEntry("share", 0.5);
  }

  @Test
  void the_score_is_the_share_of_the_votes_where_there_is_no_soft_score() {
    Judgment judgment = new PreferenceJudge(new FakeJudge(false), "No").judge(context);
    assertThat(score(judgment)).isEqualTo(1);
  }

  @Test
  void a_scalar_judge_gives_its_scores_for_a_reason() {
    Judgment judgment = new PreferenceJudge(FakeJudge.scalar(), "No").judge(context);
    assertThat(judgment.status()).isEqualTo(JudgmentStatus.PASS);
    assertThat(score(judgment)).isCloseTo(1 / (1 + Math.exp(-4)), within(1e-12)); // 6 - 2 letters
    assertThat(judgment.reasoning()).isEqualTo("Scores: output 6.0, baseline 2.0.");
    assertThat(judgment.metadata()).doesNotContainKey("consistent");
  }

  @Test
  void the_baseline_may_depend_on_the_context_and_the_voting_is_the_users() {
    Judgment judgment =
        new PreferenceJudge(judge, JudgmentContext::goal, Voting.majority(3)).judge(context);
    assertThat(judge.asked).hasSize(1);
    assertThat(judge.asked.get(0).pair().question()).isEqualTo("Capital of France?");
    assertThat(judge.asked.get(0).pair().first()).isEqualTo("Paris.");
    assertThat(judge.asked.get(0).pair().second()).isEqualTo("Capital of France?");
    assertThat(judge.asked.get(0).voting()).isEqualTo(Voting.majority(3));
    assertThat(judgment.metadata()).containsEntry("votes", 3).doesNotContainKey("consistent");
  }

  @Test
  void what_fails_is_an_error_with_its_cause() {
    Judgment silent =
        new PreferenceJudge(judge, "No").judge(JudgmentContext.builder().goal("Hm?").build());
    assertThat(silent.status()).isEqualTo(JudgmentStatus.ERROR);
    assertThat(silent.reasoning())
        .isEqualTo("The answer could not be judged: agentOutput must not be null");
    assertThat(silent.error()).isInstanceOf(InvalidInputException.class);
    IllegalStateException cause = new IllegalStateException("the store is down");
    Judgment store =
        new PreferenceJudge(
                judge,
                any -> {
                  throw cause;
                },
                Voting.single())
            .judge(context);
    assertThat(store.status()).isEqualTo(JudgmentStatus.ERROR);
    assertThat(store.reasoning()).endsWith("the store is down");
    assertThat(store.error()).isSameAs(cause);
    assertThat(new PreferenceJudge(judge, any -> null, Voting.single()).judge(context).reasoning())
        .endsWith("baseline of the context must not be null");
  }

  @Test
  void an_interrupt_is_an_error_and_the_flag_stays_set() {
    judge.hangs = true;
    Thread.currentThread().interrupt();
    Judgment judgment = against("No");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(judgment.status()).isEqualTo(JudgmentStatus.ERROR);
    assertThat(judgment.error()).isInstanceOf(CancelledException.class);
  }

  @Test
  void names_what_is_missing_when_it_is_made() {
    assertThatThrownBy(() -> new PreferenceJudge(null, "No"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("judge must not be null");
  }

  @Test
  void says_that_it_is_a_model() {
    assertThat(new PreferenceJudge(judge, "No").metadata().type()).isEqualTo(JudgeType.LLM_POWERED);
  }
}
