package io.r1reward.core.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.google.common.primitives.ImmutableIntArray;
import io.r1reward.FinishReason;
import io.r1reward.InvalidInputException;
import io.r1reward.Judgement;
import io.r1reward.Order;
import io.r1reward.PreferenceScore;
import io.r1reward.Preferred;
import io.r1reward.Rating;
import io.r1reward.RatingRequest;
import io.r1reward.ResponseScores;
import io.r1reward.Sampling;
import io.r1reward.Voting;
import io.r1reward.core.generate.Completion;
import io.r1reward.core.generate.GenerationRequest;
import io.r1reward.core.protocol.JudgeProtocol;
import io.r1reward.core.protocol.TemplateProtocol;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Judges that answer in words, score each response, and set limits of their own. */
class OtherProtocolTest extends ScriptedJudge {
  private static final JudgeProtocol PROTOCOL =
      TemplateProtocol.builder()
          .template("{question} Answer 1: {first} Answer 2: {second}")
          .answers("Answer 1 is better", "Answer 2 is better")
          .scores("total 1: ([0-9.]+)", "total 2: ([0-9.]+)")
          .rating("Rate {response} as an answer to {question}", "score: ([0-9.]+)")
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

  @Test
  void rates_a_single_response_by_the_mean_of_its_judgements() {
    script = (prompt, index, sample) -> sample == 2 ? "no idea" : "score: " + (sample + 3) + ".";
    generator.immediately = true;

    Rating rating =
        judge.rate(
            RatingRequest.builder("How many cats?", "Two.")
                .samples(3)
                .sampling(Sampling.builder().seed(5).build())
                .build());

    assertThat(rating.score()).hasValue(3.5);
    assertThat(rating.judgements()).extracting(Rating.Sample::text).contains("no idea");
    assertThat(rating.judgements().get(1).score()).hasValue(4);
    GenerationRequest request = generator.runs.get(0).request;
    assertThat(tokenizer.decode(request.prompts().get(0).tokens(), true))
        .contains("Rate Two. as an answer to How many cats?");
    assertThat(request.samples()).isEqualTo(3);
    assertThat(request.seed()).isEqualTo(5);
    assertThat(request.decoding().temperature()).isEqualTo(1); // several samples are drawn
  }

  @Test
  void a_rating_that_runs_out_of_time_says_what_it_has() throws Exception {
    script = (prompt, index, sample) -> "score: " + sample;
    CountDownLatch submitted = new CountDownLatch(1);
    generator.onSubmit =
        run -> {
          run.finish(0, 0);
          submitted.countDown();
        };

    CompletableFuture<Rating> rating =
        judge.rateAsync(
            RatingRequest.builder("q", "r").samples(2).timeLimit(Duration.ofSeconds(4)).build());

    assertThat(submitted.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(rating.get(30, TimeUnit.SECONDS).score()).hasValue(0);
    assertThat(rating.get().judgements().get(1).finishReason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(rating.get().judgements().get(1).score()).isEmpty();
  }

  @Test
  void cancelling_a_rating_ends_its_judgements() throws Exception {
    CountDownLatch submitted = new CountDownLatch(1);
    generator.onSubmit = run -> submitted.countDown();
    CompletableFuture<Rating> rating = judge.rateAsync(RatingRequest.builder("q", "r").build());
    assertThat(submitted.await(30, TimeUnit.SECONDS)).isTrue();
    rating.cancel(true);
    assertThat(generator.runs.get(0).all().get(30, TimeUnit.SECONDS))
        .extracting(Completion::finishReason)
        .containsExactly(FinishReason.CANCELLED);
  }

  @Test
  void a_protocol_that_only_compares_says_so() {
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> model.rate("q", List.of(), "r"))
        .withMessageContaining("R1RewardProtocol")
        .withMessageContaining("compares two responses, it rates none");
  }
}
