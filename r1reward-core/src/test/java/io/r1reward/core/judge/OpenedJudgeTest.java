package io.r1reward.core.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.CancelledException;
import io.r1reward.CheckpointException;
import io.r1reward.EngineException;
import io.r1reward.FinishReason;
import io.r1reward.Image;
import io.r1reward.InvalidInputException;
import io.r1reward.PreferencePair;
import io.r1reward.PreferenceScore;
import io.r1reward.PromptTooLongException;
import io.r1reward.QueueFullException;
import io.r1reward.RankRequest;
import io.r1reward.Ranking;
import io.r1reward.RewardModel;
import io.r1reward.Sampling;
import io.r1reward.ScoreRequest;
import io.r1reward.ScoreStatus;
import io.r1reward.Voting;
import io.r1reward.core.generate.FakeEngine;
import io.r1reward.core.testing.Reference;
import io.r1reward.spi.ModelSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole way from a checkpoint folder to a score, over an engine that talks at random. */
@Timeout(60) // against a hang
class OpenedJudgeTest {
  private static final Path CHECKPOINT = Reference.path("qwen25vl-tiny");
  private static final Voting VOTE = Voting.majority(5).inBothOrders();
  private static final Sampling SAMPLING = Sampling.builder().seed(3).maxNewTokens(40).build();

  private final FakeEngine engine = new FakeEngine(4096, 1000);

  @AfterEach
  void nothing_is_left_open() {
    assertThat(engine.openStates).hasValue(0);
    assertThat(engine.openBatches).hasValue(0);
    assertThat(engine.closed).hasValue(1);
  }

  private RewardModel open(int rows, int queue) {
    ModelSettings settings = ModelSettings.builder().batchRows(rows).queueCapacity(queue).build();
    return JudgeRewardModel.open(CHECKPOINT, settings, () -> engine);
  }

  private static ScoreRequest request(int number) {
    PreferencePair pair =
        PreferencePair.builder()
            .question("Question " + number + "?")
            .first("Yes.")
            .second("No.")
            .build();
    return ScoreRequest.builder(pair).voting(VOTE).sampling(SAMPLING).build();
  }

  /** What has to be the same: every vote that counts, and the outcome. */
  private static String show(PreferenceScore score) {
    StringBuilder text = new StringBuilder(score.first() + " " + score.softFirst());
    score.judgements().stream()
        .filter(judgement -> judgement.counted())
        .forEach(judgement -> text.append('\n').append(judgement));
    return text.toString();
  }

  @Test
  void the_same_seed_gives_the_same_votes_alone_in_batches_and_from_eight_threads()
      throws Exception {
    List<String> alone = new ArrayList<>();
    FakeEngine other = new FakeEngine(4096, 1000);
    try (RewardModel model =
        JudgeRewardModel.open(
            CHECKPOINT, ModelSettings.builder().batchRows(1).build(), () -> other)) {
      for (int i = 0; i < 12; i++) {
        alone.add(show(model.score(request(i))));
      }
    }
    assertThat(alone).doesNotHaveDuplicates();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (RewardModel model = open(7, 100)) {
      List<Future<PreferenceScore>> scores = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        ScoreRequest request = request(i);
        scores.add(threads.submit(() -> model.score(request)));
      }
      for (int i = 0; i < 12; i++) {
        assertThat(show(scores.get(i).get())).isEqualTo(alone.get(i));
      }
      // both orders are prefilled together, once for all samples
      assertThat(engine.prefills).hasSize(12).allSatisfy(call -> assertThat(call).hasSize(2));
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void another_seed_gives_other_votes_and_a_greedy_judge_always_the_same() {
    try (RewardModel model = open(4, 8)) {
      ScoreRequest request = request(1);
      Sampling other = SAMPLING.toBuilder().seed(4).build();
      assertThat(show(model.score(request)))
          .isNotEqualTo(
              show(
                  model.score(
                      ScoreRequest.builder(request.pair()).voting(VOTE).sampling(other).build())));
      Sampling greedy = Sampling.builder().temperature(0).maxNewTokens(20).build();
      ScoreRequest one =
          ScoreRequest.builder(request.pair())
              .voting(Voting.majority(3).toTheEnd())
              .sampling(greedy)
              .build();
      PreferenceScore score = model.score(one);
      assertThat(score.judgements().get(1)).isEqualTo(score.judgements().get(0));
      assertThat(score.judgements().get(2)).isEqualTo(score.judgements().get(0));
    }
  }

  @Test
  void a_picture_becomes_placeholders_in_both_prompts() {
    Path picture = Reference.path("cases/b-one-image-140x196/image_0.png");
    PreferencePair pair =
        PreferencePair.builder()
            .question("What is it?")
            .image(picture)
            .first("A")
            .second("B")
            .build();
    PreferencePair blind =
        PreferencePair.builder().question("What is it?").first("A").second("B").build();
    try (RewardModel model = open(4, 8)) {
      Sampling shortly = Sampling.builder().maxNewTokens(3).build();
      PreferenceScore seen =
          model.score(
              ScoreRequest.builder(pair)
                  .voting(Voting.single().inBothOrders())
                  .sampling(shortly)
                  .build());
      PreferenceScore unseen = model.score(ScoreRequest.builder(blind).sampling(shortly).build());
      // 140 x 196 pixels are 5 x 7 merged blocks, between a vision start and a vision end
      assertThat(seen.promptTokens() - unseen.promptTokens()).isEqualTo(37);
      assertThat(model.info().engine()).isEqualTo("fake");
    }
  }

  @Test
  void wrong_input_fails_at_submission_and_the_model_goes_on() {
    try (RewardModel model = open(2, 8)) {
      PreferencePair.Builder pair = PreferencePair.builder().question("?").first("a").second("b");
      assertThatThrownBy(
              () ->
                  model.submit(
                      ScoreRequest.of(
                          pair.image(Image.of(new byte[] {'t', 'e', 'x', 't'})).build())))
          .isInstanceOf(io.r1reward.MediaException.class);
      PreferencePair tooLong =
          PreferencePair.builder().question("word ".repeat(5000)).first("a").second("b").build();
      assertThatThrownBy(() -> model.submit(ScoreRequest.of(tooLong)))
          .isInstanceOf(PromptTooLongException.class)
          .hasMessageContaining("4096");
      assertThat(model.score(request(1)).judgements()).hasSize(10);
    }
  }

  @Test
  void a_full_queue_refuses_and_a_cancelled_score_leaves_it() {
    try (RewardModel model = open(1, 1)) {
      Semaphore gate = engine.gateSteps();
      CompletableFuture<PreferenceScore> running = model.submit(request(1));
      while (engine.steps.get() == 0) {
        Thread.onSpinWait();
      }
      CompletableFuture<PreferenceScore> waiting = model.submit(request(2));
      assertThatThrownBy(() -> model.submit(request(3))).isInstanceOf(QueueFullException.class);
      waiting.cancel(true);
      running.cancel(true);
      gate.release(10_000);
      assertThat(model.score(request(3)).judgements()).hasSize(10);
      assertThat(engine.prefills).hasSize(2); // the one that waited was never read
    }
  }

  @Test
  void warming_up_computes_one_token_once_and_a_closed_model_still_tells_what_it_was() {
    RewardModel model = open(1, 1);
    assertThat(model.isOpen()).isTrue();
    model.warmUp();
    model.warmUp();
    assertThat(engine.prefills).hasSize(1);
    assertThat(engine.steps).hasValue(1);
    model.close();
    assertThat(model.isOpen()).isFalse();
    assertThat(model.info().contextLength()).isEqualTo(4096);
    assertThatThrownBy(model::warmUp).isInstanceOf(CancelledException.class);
  }

  @Test
  void a_ranking_waits_for_a_place_in_a_queue_of_one() {
    RankRequest request =
        RankRequest.builder("Which?", List.of("a", "b", "c", "d"))
            .voting(Voting.majority(2))
            .sampling(SAMPLING)
            .build();
    FakeEngine other = new FakeEngine(4096, 1000);
    Ranking expected;
    try (RewardModel roomy =
        JudgeRewardModel.open(CHECKPOINT, ModelSettings.builder().build(), () -> other)) {
      expected = roomy.rank(request);
    }
    try (RewardModel model = open(1, 1)) {
      Ranking ranking = model.rank(request);
      assertThat(ranking.complete()).isTrue();
      assertThat(ranking.order()).isEqualTo(expected.order());
      assertThat(ranking.points()).isEqualTo(expected.points());
      assertThat(ranking.comparisons()).hasSize(6);
    }
  }

  @Test
  void a_time_limit_holds_for_a_request_that_waits() throws Exception {
    try (RewardModel model = open(1, 8)) {
      Semaphore gate = engine.gateSteps();
      CompletableFuture<PreferenceScore> running = model.submit(request(1));
      while (engine.steps.get() == 0) {
        Thread.onSpinWait();
      }
      ScoreRequest hasty =
          ScoreRequest.builder(request(2).pair())
              .voting(VOTE)
              .timeLimit(Duration.ofSeconds(2))
              .build();
      CompletableFuture<PreferenceScore> waiting = model.submit(hasty);
      Thread.sleep(2500);
      gate.release(10_000);
      running.get();
      PreferenceScore score = waiting.get();
      assertThat(score.judgements()).hasSize(10);
      assertThat(score.judgements().get(9).finishReason()).isEqualTo(FinishReason.CANCELLED);
      assertThat(score.status()).isEqualTo(ScoreStatus.NO_VOTE);
    }
  }

  @Test
  void closing_fails_scores_under_way() throws Exception {
    RewardModel model = open(2, 8);
    Semaphore gate = engine.gateSteps();
    List<CompletableFuture<PreferenceScore>> scores =
        IntStream.range(0, 3).mapToObj(i -> model.submit(request(i))).toList();
    while (engine.steps.get() == 0) {
      Thread.onSpinWait();
    }
    gate.release(3);
    Thread closer = new Thread(model::close);
    closer.start();
    while (closer.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
    gate.release(10_000);
    closer.join();
    for (CompletableFuture<PreferenceScore> score : scores) {
      assertThat(score.handle((result, failure) -> failure)).succeedsWithin(Duration.ofSeconds(20));
    }
    assertThat(scores.get(2))
        .failsWithin(Duration.ofSeconds(20))
        .withThrowableThat()
        .withCauseInstanceOf(CancelledException.class);
  }

  @Test
  void a_listener_that_throws_fails_its_score_alone() {
    try (RewardModel model = open(4, 8)) {
      IllegalStateException thrown = new IllegalStateException("screen is full");
      ScoreRequest loud =
          ScoreRequest.builder(request(1).pair())
              .sampling(SAMPLING)
              .listener(
                  (sample, order, text) -> {
                    throw thrown;
                  })
              .build();
      assertThatThrownBy(() -> model.score(loud))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("screen is full");
      assertThat(model.score(request(1)).judgements()).hasSize(10);
    }
  }

  @Test
  void opening_fails_before_the_engine_where_a_file_or_option_is_wrong(@TempDir Path empty) {
    assertThatThrownBy(
            () -> JudgeRewardModel.open(empty, ModelSettings.builder().build(), () -> engine))
        .isInstanceOf(CheckpointException.class);
    ModelSettings wrong = ModelSettings.builder().option("protocol", "oracle").build();
    assertThatThrownBy(() -> JudgeRewardModel.open(CHECKPOINT, wrong, () -> engine))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("oracle");
    assertThat(engine.threads).isEmpty();
    assertThatThrownBy(
            () ->
                JudgeRewardModel.open(
                    CHECKPOINT,
                    ModelSettings.builder().build(),
                    () -> {
                      throw new EngineException("no such device");
                    }))
        .hasMessage("no such device");
    open(1, 1).close();
  }
}
