package io.r1reward.core.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.common.primitives.ImmutableIntArray;
import io.r1reward.Judgement;
import io.r1reward.Order;
import io.r1reward.PreferenceScore;
import io.r1reward.Preferred;
import io.r1reward.ResponseScores;
import io.r1reward.Voting;
import io.r1reward.core.protocol.JudgeProtocol;
import io.r1reward.core.protocol.TemplateProtocol;
import org.junit.jupiter.api.Test;

/** Judges that answer in words, score each response, and set limits of their own. */
class OtherProtocolTest extends ScriptedJudge {
  private static final JudgeProtocol PROTOCOL =
      TemplateProtocol.builder()
          .template("{question} Answer 1: {first} Answer 2: {second}")
          .answers("Answer 1 is better", "Answer 2 is better")
          .scores("total 1: ([0-9.]+)", "total 2: ([0-9.]+)")
          .maxNewTokens(77)
          .build();

  private final JudgeRewardModel judge =
      JudgeRewardModel.builder(generator, tokenizer)
          .generationConfig(PUBLISHED)
          .protocol(PROTOCOL)
          .build();

  @Test
  void has_the_soft_score_at_the_token_that_decides_between_answers_in_words() {
    script =
        (prompt, index, sample) ->
            "<think>Hm. total 1: 26 total 2: 20.5</think><answer>Answer 1 is better</answer>";
    generator.immediately = true;

    PreferenceScore score = judge.score(request(Voting.single()));

    Judgement judgement = score.judgements().get(0);
    assertThat(judgement.preferred()).isEqualTo(Preferred.FIRST);
    int at = judge.answerToken(judgement).orElseThrow();
    assertThat(tokenizer.decode(new int[] {judgement.tokens().get(at)}, true)).isEqualTo("1");
    assertThat(generator.runs.get(0).request.watched())
        .isEqualTo(
            ImmutableIntArray.of(tokenizer.encode("1")[0], tokenizer.encode("2")[0]).toArray());
    assertThat(judgement.softFirst().orElseThrow()).isCloseTo(0.75, within(1e-6));
  }

  @Test
  void turns_scores_back_where_the_judge_saw_the_responses_exchanged() {
    script =
        (prompt, index, sample) ->
            index == 0
                ? "total 1: 8 total 2: 6 <answer>Answer 1 is better</answer>"
                : "total 1: 3 total 2: 9 <answer>Answer 2 is better</answer>";
    generator.immediately = true;

    PreferenceScore score = judge.score(request(Voting.single().inBothOrders()));

    assertThat(score.judgements().get(1).order()).isEqualTo(Order.SWAPPED);
    assertThat(score.judgements().get(1).scores()).contains(new ResponseScores(9, 3));
    assertThat(score.scores()).contains(new ResponseScores(8.5, 4.5));
    assertThat(score.preferred()).isEqualTo(Preferred.FIRST);
    script = (prompt, index, sample) -> "<answer>Answer 2 is better</answer>";
    assertThat(judge.score(request(Voting.single())).scores()).isEmpty();
  }

  @Test
  void gives_judgements_the_length_that_the_protocol_says() {
    generator.immediately = true;
    judge.score(request(Voting.single()));
    assertThat(generator.runs.get(0).request.decoding().maxNewTokens()).isEqualTo(77);
    model.score(request(Voting.single()));
    assertThat(generator.runs.get(1).request.decoding().maxNewTokens()).isEqualTo(2048);
  }
}
