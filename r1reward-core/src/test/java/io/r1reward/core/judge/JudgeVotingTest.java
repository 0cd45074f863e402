package io.r1reward.core.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.r1reward.FinishReason;
import io.r1reward.Judgement;
import io.r1reward.Order;
import io.r1reward.PreferenceScore;
import io.r1reward.Preferred;
import io.r1reward.Sampling;
import io.r1reward.ScoreRequest;
import io.r1reward.ScoreStatus;
import io.r1reward.Tournament;
import io.r1reward.Voting;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Votes, shares, early stop, soft score and ranking. */
class JudgeVotingTest extends ScriptedJudge {
  @Test
  void shares_are_of_the_votes_and_an_unreadable_verdict_is_half_a_vote_for_each() {
    String[] verdicts = {"1", "2", "1", "neither", "1"};
    script = (prompt, index, sample) -> answer(verdicts[sample]);
    PreferenceScore score = scoreNow(request(Voting.majority(5).toTheEnd()));
    assertThat(score.first()).isCloseTo(0.7, within(1e-12)); // (3 + 0.5) / 5
    assertThat(score.preferred()).isEqualTo(Preferred.FIRST);
    assertThat(score.votes()).isEqualTo(5);
    assertThat(score.judgements())
        .extracting(Judgement::preferred)
        .containsExactly(
            Preferred.FIRST,
            Preferred.SECOND,
            Preferred.FIRST,
            Preferred.UNDECIDED,
            Preferred.FIRST);
    Judgement first = score.judgements().get(0);
    assertThat(first.text()).isEqualTo(answer("1"));
    assertThat(first.reasoning()).isEqualTo("Both are short.");
    assertThat(first.order()).isEqualTo(Order.GIVEN);
    assertThat(first.finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(first.tokens()).hasSize(tokenizer.encode(answer("1")).length);
    assertThat(first.logProbability()).isCloseTo(-0.5 * first.tokenCount(), within(1e-9));
    assertThat(score.promptTokens())
        .isEqualTo(generator.runs.get(0).request.prompts().get(0).length());
  }

  @Test
  void an_even_vote_is_undecided() {
    script = (prompt, index, sample) -> answer(sample == 0 ? "1" : "2");
    PreferenceScore score = scoreNow(request(Voting.majority(2)));
    assertThat(score.preferred()).isEqualTo(Preferred.UNDECIDED);
    assertThat(score.first()).isEqualTo(0.5);
  }

  @Test
  void stops_at_the_same_vote_whatever_ends_first() throws Exception {
    // in order: 2 1 1 1 1 2 1. After the fifth it stands 4:1 with 2 to go, which cannot be turned;
    // after the fourth it stood 3:1 with 3 to go, which could.
    String[] verdicts = {"2", "1", "1", "1", "1", "2", "1"};
    script = (prompt, index, sample) -> answer(verdicts[sample]);
    int[][] orders = {
      {0, 1, 2, 3, 4, 5, 6}, {6, 5, 4, 3, 2, 1, 0}, {4, 6, 2, 0, 1, 5, 3}, {1, 2, 3, 4, 6, 5, 0}
    };
    for (int[] order : orders) {
      CompletableFuture<PreferenceScore> future = model.submit(request(Voting.majority(7)));
      ScriptedGenerator.Run run = generator.runs.get(generator.runs.size() - 1);
      for (int sample : order) {
        run.finish(0, sample);
      }
      PreferenceScore score = future.get();
      assertThat(score.judgements())
          .extracting(Judgement::counted)
          .containsExactly(true, true, true, true, true);
      assertThat(score.first()).isEqualTo(0.8);
      assertThat(score.status()).isEqualTo(ScoreStatus.COMPLETE);
    }
  }

  @Test
  void a_decided_vote_cancels_what_is_behind_it() throws Exception {
    CompletableFuture<PreferenceScore> future = model.submit(request(Voting.majority(5)));
    ScriptedGenerator.Run run = generator.runs.get(0);
    run.say(0, 4, 3);
    run.finish(0, 0);
    run.finish(0, 1);
    assertThat(run.ended(0, 3)).isFalse();
    run.finish(0, 2); // 3:0 with 2 to go
    PreferenceScore score = future.get();
    assertThat(score.votes()).isEqualTo(3);
    assertThat(score.first()).isEqualTo(1.0);
    assertThat(score.judgements())
        .extracting(Judgement::finishReason)
        .containsExactly(FinishReason.STOP, FinishReason.STOP, FinishReason.STOP);
    assertThat(run.ended(0, 3)).isTrue();
    assertThat(run.ended(0, 4)).isTrue();
  }

  @Test
  void a_judge_that_likes_a_position_is_undecided_in_both_orders() {
    PreferenceScore score = scoreNow(request(Voting.majority(2).inBothOrders()));
    assertThat(score.preferred()).isEqualTo(Preferred.UNDECIDED);
    assertThat(score.judgements())
        .extracting(Judgement::order)
        .containsExactly(Order.GIVEN, Order.SWAPPED, Order.GIVEN, Order.SWAPPED);
    assertThat(score.judgements())
        .extracting(Judgement::preferred)
        .containsExactly(Preferred.FIRST, Preferred.SECOND, Preferred.FIRST, Preferred.SECOND);
    ScriptedGenerator.Run run = generator.runs.get(0);
    assertThat(run.request.prompts()).hasSize(2);
    String given = tokenizer.decode(run.request.prompts().get(0).tokens(), false);
    String swapped = tokenizer.decode(run.request.prompts().get(1).tokens(), false);
    assertThat(given).contains("[Response 1]:\nTwo.").contains("[Response 2]:\nThree.");
    assertThat(swapped).contains("[Response 1]:\nThree.").contains("[Response 2]:\nTwo.");
  }

  @Test
  void soft_score_is_the_probability_of_the_first_answer_turned_back_where_swapped() {
    // 0.6 for "1" and 0.2 for "2" wherever asked: 0.75, and 0.25 for the pair's first when swapped
    PreferenceScore single = scoreNow(request(Voting.single()));
    assertThat(single.softFirst().getAsDouble()).isCloseTo(0.75, within(1e-6));
    PreferenceScore both = scoreNow(request(Voting.single().inBothOrders()));
    assertThat(both.judgements().get(0).softFirst().getAsDouble()).isCloseTo(0.75, within(1e-6));
    assertThat(both.judgements().get(1).softFirst().getAsDouble()).isCloseTo(0.25, within(1e-6));
    assertThat(both.softFirst().getAsDouble()).isCloseTo(0.5, within(1e-6));
    assertThat(generator.runs.get(0).request.watched())
        .startsWith(tokenizer.encode("1")[0], tokenizer.encode("2")[0]);
  }

  @Test
  void soft_score_is_read_where_the_verdict_stands_and_empty_without_one() {
    generator.watched = new float[] {Float.NEGATIVE_INFINITY, -1};
    assertThat(scoreNow(request(Voting.single())).softFirst()).hasValue(0);
    script = (prompt, index, sample) -> "no verdict at all";
    PreferenceScore score = scoreNow(request(Voting.single()));
    assertThat(score.softFirst()).isEqualTo(OptionalDouble.empty());
    assertThat(score.preferred()).isEqualTo(Preferred.UNDECIDED);
    assertThat(score.votes()).isEqualTo(1);
  }

  @Test
  void a_time_limit_counts_what_is_there() {
    generator.onSubmit =
        run -> {
          run.say(0, 0, 4);
          run.finish(0, 2);
        };
    PreferenceScore score =
        model.score(
            ScoreRequest.builder(PAIR)
                .voting(Voting.majority(4))
                .timeLimit(Duration.ofSeconds(2))
                .build());
    assertThat(score.status()).isEqualTo(ScoreStatus.TIMED_OUT);
    assertThat(score.judgements())
        .extracting(Judgement::counted)
        .containsExactly(false, false, true, false);
    assertThat(score.first()).isEqualTo(1.0);
    assertThat(score.judgements().get(0).finishReason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(score.judgements().get(0).tokenCount()).isEqualTo(4);
  }

  @Test
  void a_time_limit_with_nothing_there_is_undecided() throws Exception {
    PreferenceScore score =
        model.submit(ScoreRequest.builder(PAIR).timeLimit(Duration.ofMillis(5)).build()).get();
    assertThat(score.preferred()).isEqualTo(Preferred.UNDECIDED);
    assertThat(score.votes()).isZero();
    assertThat(score.first()).isEqualTo(0.5);
    // the longest of all limits does not overflow
    ScoreRequest patient =
        ScoreRequest.builder(PAIR).timeLimit(Duration.ofSeconds(Long.MAX_VALUE)).build();
    assertThat(scoreNow(patient).votes()).isEqualTo(1);
  }

  @Test
  void ranks_by_tournament_in_both_plans() {
    // prefers the longer response wherever it stands
    script =
        (prompt, index, sample) -> {
          String first = between(prompt, "[Response 1]:\n", "  \n\n###### [Response 2]");
          String second = between(prompt, "[Response 2]:\n", "  \n\n###### **Output");
          return answer(first.length() > second.length() ? "1" : "2");
        };
    List<String> candidates = List.of("aa", "a", "aaaa", "aaa");
    generator.immediately = true;
    for (Tournament plan : Tournament.values()) {
      var ranking =
          model.rank(
              "?",
              List.of(),
              candidates,
              plan,
              Voting.single().inBothOrders(),
              Sampling.defaults());
      assertThat(ranking.best()).isEqualTo(2);
    }
    assertThat(model.rank("?", List.of(), candidates).order()).containsExactly(2, 3, 0, 1);
    assertThat(model.rank("?", List.of(), candidates).points()).containsExactly(1.0, 0.0, 3.0, 2.0);
  }

  private static String between(String text, String start, String end) {
    int from = text.indexOf(start) + start.length();
    return text.substring(from, text.indexOf(end, from));
  }
}
