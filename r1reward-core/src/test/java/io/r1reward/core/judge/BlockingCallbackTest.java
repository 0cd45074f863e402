package io.r1reward.core.judge;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSet;
import io.r1reward.EngineException;
import io.r1reward.Image;
import io.r1reward.Media;
import io.r1reward.MediaException;
import io.r1reward.PreferencePair;
import io.r1reward.PreferenceScore;
import io.r1reward.RewardModel;
import io.r1reward.Sampling;
import io.r1reward.ScoreRequest;
import io.r1reward.ScoreStatus;
import io.r1reward.Voting;
import io.r1reward.core.generate.BatchingGenerator;
import io.r1reward.core.generate.Decoding;
import io.r1reward.core.generate.EngineThread;
import io.r1reward.core.generate.FakeEngine;
import io.r1reward.core.generate.GenerationRequest;
import io.r1reward.core.generate.Generator;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.testing.Reference;
import io.r1reward.spi.ModelSettings;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What users do in listeners and behind futures holds up nothing else, and hangs nothing. */
@Timeout(60)
class BlockingCallbackTest {
  private static final Path CHECKPOINT = Reference.path("qwen25vl-tiny");
  private static final Sampling SHORT = Sampling.builder().maxNewTokens(12).build();

  private static RewardModel open(@Nullable Executor executor) {
    ModelSettings.Builder settings = ModelSettings.builder().batchRows(4).queueCapacity(8);
    if (executor != null) {
      settings.executor(executor);
    }
    FakeEngine engine = new FakeEngine(4096, 1000);
    return JudgeRewardModel.open(CHECKPOINT, settings.build(), () -> engine);
  }

  private static PreferencePair pair(String question) {
    return PreferencePair.builder().question(question).first("Yes.").second("No.").build();
  }

  private static ScoreRequest.Builder request(String question) {
    return ScoreRequest.builder(pair(question)).sampling(SHORT);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_dependent_of_a_score_may_score_in_its_turn(boolean directExecutor) throws Exception {
    try (RewardModel model = open(directExecutor ? Runnable::run : null)) {
      PreferenceScore second =
          model
              .submit(request("a").build())
              .thenApply(first -> model.score(request("b").build()))
              .get();
      assertThat(second.status()).isEqualTo(ScoreStatus.COMPLETE);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_listener_may_score_in_its_turn(boolean directExecutor) {
    AtomicBoolean asked = new AtomicBoolean();
    AtomicBoolean onEngine = new AtomicBoolean();
    try (RewardModel model = open(directExecutor ? Runnable::run : null)) {
      PreferenceScore outer =
          model.score(
              request("a")
                  .listener(
                      (sample, order, text) -> {
                        onEngine.compareAndSet(false, EngineThread.isCurrent());
                        if (asked.compareAndSet(false, true)) {
                          assertThat(model.score(request("b").build()).votes()).isEqualTo(1);
                        }
                      })
                  .build());
      assertThat(outer.votes()).isEqualTo(1);
      assertThat(asked).isTrue();
      assertThat(onEngine).isFalse();
    }
  }

  @Test
  void a_listener_that_blocks_holds_up_no_other_score_and_no_close() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    RewardModel model = open(null);
    CompletableFuture<PreferenceScore> stuck =
        model.submit(request("a").listener((sample, order, text) -> block(never)).build());
    assertThat(model.score(request("b").build()).votes()).isEqualTo(1);
    model.close();
    assertThat(stuck).isNotDone();
    never.countDown();
    assertThat(stuck.get().votes()).isEqualTo(1);
  }

  @Test
  void a_time_limit_does_not_wait_for_a_listener_that_blocks() {
    CountDownLatch never = new CountDownLatch(1);
    try (RewardModel model = open(null)) {
      PreferenceScore score =
          model.score(
              request("a")
                  .timeLimit(Duration.ofMillis(300))
                  .listener((sample, order, text) -> block(never))
                  .build());
      assertThat(score.status()).isIn(ScoreStatus.COMPLETE, ScoreStatus.NO_VOTE);
    } finally {
      never.countDown();
    }
  }

  @Test
  void a_time_limit_covers_the_reading_of_media() {
    CountDownLatch never = new CountDownLatch(1);
    ModelSettings settings =
        ModelSettings.builder()
            .mediaFetcher(
                uri -> {
                  block(never);
                  throw new MediaException("interrupted");
                })
            .build();
    PreferencePair pair =
        PreferencePair.builder()
            .question("?")
            .image(Image.of(URI.create("https://example.org/slow.png")))
            .first("a")
            .second("b")
            .build();
    FakeEngine engine = new FakeEngine(4096, 1000);
    try (RewardModel model = JudgeRewardModel.open(CHECKPOINT, settings, () -> engine)) {
      PreferenceScore score =
          model.score(ScoreRequest.builder(pair).timeLimit(Duration.ofMillis(200)).build());
      assertThat(score.status()).isEqualTo(ScoreStatus.NO_VOTE);
      assertThat(score.judgements()).isEmpty();
      CompletableFuture<PreferenceScore> later = model.submitAsync(ScoreRequest.of(pair));
      assertThat(later).as("it does not wait for the media").isNotDone();
      later.cancel(true);
      assertThat(model.score(request("b").build()).votes()).isEqualTo(1);
    } finally {
      never.countDown();
    }
  }

  @Test
  void an_asynchronous_submission_fails_in_its_future() {
    try (RewardModel model = open(null)) {
      Media missing = Image.of(Path.of("no-such-picture.png"));
      PreferencePair pair =
          PreferencePair.builder()
              .question("?")
              .media(List.of(missing))
              .first("a")
              .second("b")
              .build();
      assertThat(model.submitAsync(ScoreRequest.of(pair)))
          .failsWithin(Duration.ofSeconds(20))
          .withThrowableThat()
          .withCauseInstanceOf(MediaException.class);
      assertThat(model.submitAsync(request("b").voting(Voting.single()).build()).join().votes())
          .isEqualTo(1);
    }
  }

  @Test
  void an_executor_that_was_shut_down_loses_no_score() throws Exception {
    Executor refusing =
        task -> {
          throw new RejectedExecutionException("shut down");
        };
    try (RewardModel model = open(refusing)) {
      assertThat(model.submit(request("a").build()).get().votes()).isEqualTo(1);
    }
  }

  @Test
  void waiting_on_the_engines_own_thread_is_refused() throws Exception {
    FakeEngine engine = new FakeEngine(4096, 1000);
    GenerationRequest request =
        GenerationRequest.of(
            List.of(Prompt.ofTokens(1, 2, 3)), 1, Decoding.greedy(4, ImmutableSet.of()), 0);
    try (Generator generator = BatchingGenerator.open(() -> engine, 2, 8)) {
      CompletableFuture<Throwable> refused = new CompletableFuture<>();
      GenerationRequest hearing =
          new GenerationRequest(
              request.prompts(),
              1,
              request.decoding(),
              0,
              new int[0],
              (prompt, sample, token) -> {
                try {
                  generator.generate(request);
                } catch (EngineException e) {
                  refused.complete(e);
                }
                return true;
              });
      generator.generate(hearing);
      assertThat(refused.get()).hasMessageContaining("on the very thread that computes");
    }
  }

  private static void block(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
