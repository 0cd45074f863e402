package io.r1reward.agentjudge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.r1reward.RewardModel;
import io.r1reward.Voting;
import io.r1reward.core.testing.FakeJudge;
import io.r1reward.examples.EmbeddedJudge;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.springaicommunity.judge.Judges;
import org.springaicommunity.judge.context.JudgmentContext;
import org.springaicommunity.judge.jury.AverageVotingStrategy;
import org.springaicommunity.judge.jury.ConsensusStrategy;
import org.springaicommunity.judge.jury.ErrorPolicy;
import org.springaicommunity.judge.jury.MajorityVotingStrategy;
import org.springaicommunity.judge.jury.SimpleJury;
import org.springaicommunity.judge.jury.TiePolicy;
import org.springaicommunity.judge.jury.Verdict;
import org.springaicommunity.judge.jury.VotingStrategy;
import org.springaicommunity.judge.result.JudgmentStatus;
import org.springaicommunity.judge.score.NumericalScore;

/** In the library's own juries, which do not catch what a judge throws. */
class JuryTest {
  private final FakeJudge judge = new FakeJudge(true);
  private final JudgmentContext context =
      JudgmentContext.builder().goal("Capital of France?").agentOutput("Paris.").build();

  private Verdict vote(VotingStrategy strategy, String... baselines) {
    SimpleJury.Builder jury = SimpleJury.builder().votingStrategy(strategy);
    for (String baseline : baselines) {
      jury = jury.judge(Judges.named(new PreferenceJudge(judge, baseline), baseline));
    }
    return jury.build().vote(context);
  }

  @Test
  void an_average_takes_the_graded_scores() {
    Verdict verdict =
        SimpleJury.builder()
            .judge(new PreferenceJudge(judge, "No"))
            .judge(new RatingJudge(judge, 0, 10, 8))
            .votingStrategy(new AverageVotingStrategy())
            .build()
            .vote(context);
    assertThat(verdict.aggregated().status()).isEqualTo(JudgmentStatus.PASS);
    assertThat(((NumericalScore) verdict.aggregated().score()).value())
        .isCloseTo(0.675, within(1e-12)); // (6 / 8 + 6 / 10) / 2
    assertThat(verdict.individualByName())
        .containsOnlyKeys("r1reward-preference", "r1reward-rating");
    assertThat(verdict.individualByName().get("r1reward-rating").status())
        .isEqualTo(JudgmentStatus.FAIL);
  }

  @Test
  void a_majority_does_not_count_the_undecided() {
    Verdict verdict = vote(new MajorityVotingStrategy(), "No", "London", "Berlin");
    assertThat(verdict.individualByName().get("London").status()).isEqualTo(JudgmentStatus.ABSTAIN);
    assertThat(verdict.aggregated().status()).isEqualTo(JudgmentStatus.PASS);
    assertThat(vote(new MajorityVotingStrategy(), "London", "I do not know.").aggregated().status())
        .isEqualTo(JudgmentStatus.FAIL);
  }

  @Test
  void a_consensus_is_asked_of_all() {
    assertThat(vote(new ConsensusStrategy(), "No", "So").aggregated().status())
        .isEqualTo(JudgmentStatus.PASS);
    assertThat(vote(new ConsensusStrategy(), "No", "I do not know.").aggregated().status())
        .isEqualTo(JudgmentStatus.FAIL);
  }

  @Test
  void what_a_judge_throws_does_not_end_the_vote() {
    Verdict verdict =
        SimpleJury.builder()
            .judge(new PreferenceJudge(judge, "No"))
            .judge(
                new PreferenceJudge(
                    judge,
                    any -> {
                      throw new IllegalStateException("the store is down");
                    },
                    Voting.single()))
            .votingStrategy(new MajorityVotingStrategy(TiePolicy.FAIL, ErrorPolicy.IGNORE))
            .build()
            .vote(context);
    assertThat(verdict.individual().get(1).status()).isEqualTo(JudgmentStatus.ERROR);
    assertThat(verdict.aggregated().status()).isEqualTo(JudgmentStatus.PASS);
  }

  @Test
  void the_demonstration_judge_looks_at_the_picture() throws IOException {
    try (EmbeddedJudge embedded = EmbeddedJudge.unpack();
        RewardModel model = RewardModel.load(embedded.folder())) {
      String right = "The answer is one. I also see the yellow bar is four high.";
      String wrong = "Its height is two.";
      JudgmentContext.Builder task =
          JudgmentContext.builder()
              .goal("How high is the orange bar?")
              .metadata(PreferenceJudge.MEDIA, EmbeddedJudge.picture());
      SimpleJury jury =
          SimpleJury.builder()
              .judge(Judges.named(new PreferenceJudge(model, wrong), "against wrong"))
              .judge(Judges.named(new PreferenceJudge(model, right), "against right"))
              .votingStrategy(new AverageVotingStrategy())
              .build();
      Verdict good = jury.vote(task.agentOutput(right).build());
      assertThat(good.individualByName().get("against wrong").status())
          .isEqualTo(JudgmentStatus.PASS);
      assertThat(good.individualByName().get("against wrong").reasoning()).contains("I see ");
      Verdict bad = jury.vote(task.agentOutput(wrong).build());
      assertThat(bad.individualByName().get("against right").status())
          .isEqualTo(JudgmentStatus.FAIL);
      assertThat(((NumericalScore) bad.aggregated().score()).value())
          .isLessThan(((NumericalScore) good.aggregated().score()).value());
    }
  }
}
