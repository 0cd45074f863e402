package io.r1reward.core.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import com.google.common.util.concurrent.Uninterruptibles;
import io.r1reward.CancelledException;
import io.r1reward.EngineException;
import io.r1reward.FinishReason;
import io.r1reward.Image;
import io.r1reward.InvalidInputException;
import io.r1reward.ModelListener;
import io.r1reward.ModelListener.Finished;
import io.r1reward.ModelListener.Judged;
import io.r1reward.ModelListener.Kind;
import io.r1reward.ModelListener.Outcome;
import io.r1reward.ModelListener.Queued;
import io.r1reward.PreferencePair;
import io.r1reward.PreferenceScore;
import io.r1reward.QueueFullException;
import io.r1reward.Rating;
import io.r1reward.RatingRequest;
import io.r1reward.ScoreRequest;
import io.r1reward.ScoreStatus;
import io.r1reward.Voting;
import io.r1reward.core.generate.EngineThread;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.generate.VisionInput;
import io.r1reward.core.protocol.TemplateProtocol;
import java.awt.image.BufferedImage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What a model listener is told, and that it disturbs nobody. */
class MeasuredJudgeTest extends ScriptedJudge {
  private final BlockingQueue<Record> events = new LinkedBlockingQueue<>();
  private final ModelListener recording =
      new ModelListener() {
        @Override
        public void requestQueued(Queued event) {
          events.add(event);
        }

        @Override
        public void judgementEnded(Judged event) {
          events.add(event);
        }

        @Override
        public void requestFinished(Finished event) {
          events.add(event);
        }
      };
  private final JudgeRewardModel judge = judge(recording).build();

  private JudgeRewardModel.Builder judge(ModelListener listener) {
    return JudgeRewardModel.builder(generator, tokenizer)
        .generationConfig(PUBLISHED)
        .protocol(
            TemplateProtocol.builder()
                .template("{question} 1: {first} 2: {second}")
                .answers("1", "2")
                .rating("Rate {response} as an answer to {question}", "score: ([0-9.]+)")
                .build())
        .vision(media -> new VisionInput(VisionInput.Kind.IMAGE, new float[4 * 1176], 1, 2, 2, 0))
        .modelListener(listener);
  }

  private int tokens(String text) {
    return tokenizer.encode(text).length;
  }

  private int promptTokens(int run) {
    return generator.runs.get(run).request.prompts().stream().mapToInt(Prompt::length).sum();
  }

  private <T extends Record> T next(Class<T> type) throws InterruptedException {
    return type.cast(events.poll(30, TimeUnit.SECONDS));
  }

  /** The next request that finishes; what comes before is left out. */
  private Finished finished() throws InterruptedException {
    while (true) {
      if (next(Record.class) instanceof Finished finished) {
        return finished;
      }
    }
  }

  @Test
  void a_score_is_told_with_its_tokens_and_judgements() throws Exception {
    script = (prompt, index, sample) -> sample == 0 ? answer("1") : "2";
    generator.immediately = true;
    PreferenceScore score = judge.score(request(Voting.majority(2).inBothOrders().toTheEnd()));
    assertThat(score.judgements()).hasSize(4);

    assertThat(next(Queued.class)).isEqualTo(new Queued(Kind.SCORE, 1));
    int whole = tokens(answer("1"));
    int shorter = tokens("2");
    List<Judged> judged = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      judged.add(next(Judged.class));
    }
    assertThat(judged)
        .containsExactlyInAnyOrder(
            new Judged(Kind.SCORE, whole, FinishReason.STOP),
            new Judged(Kind.SCORE, whole, FinishReason.STOP),
            new Judged(Kind.SCORE, shorter, FinishReason.STOP),
            new Judged(Kind.SCORE, shorter, FinishReason.STOP));
    Finished finished = next(Finished.class);
    assertThat(finished.outcome()).isEqualTo(Outcome.COMPLETE);
    assertThat(finished.failure()).isEmpty();
    assertThat(finished.score()).contains(score);
    assertThat(finished.rating()).isEmpty();
    assertThat(finished.promptTokens()).isEqualTo(promptTokens(0));
    assertThat(finished.generatedTokens()).isEqualTo(2 * whole + 2 * shorter);
    assertThat(finished.judgements()).isEqualTo(4);
    assertThat(finished.latency()).isPositive();
    assertThat(finished.underWay()).isZero();
    assertThat(events).isEmpty();
  }

  @Test
  void what_a_decided_vote_cut_short_counts_with_its_tokens_but_is_no_judgement() throws Exception {
    script = (prompt, index, sample) -> answer("1");
    CompletableFuture<PreferenceScore> score = judge.submit(request(Voting.majority(3)));
    ScriptedGenerator.Run run = generator.runs.get(0);
    run.say(0, 2, 3);
    run.finish(0, 0);
    run.finish(0, 1);

    assertThat(score.get().votes()).isEqualTo(2);
    Finished finished = finished();
    assertThat(finished.outcome()).isEqualTo(Outcome.COMPLETE);
    assertThat(finished.judgements()).isEqualTo(2);
    assertThat(finished.generatedTokens()).isEqualTo(2 * tokens(answer("1")) + 3);
  }

  @Test
  void requests_under_way_are_counted_from_submission_to_end() throws Exception {
    CompletableFuture<PreferenceScore> first = judge.submit(request(Voting.single()));
    CompletableFuture<PreferenceScore> second = judge.submitAsync(request(Voting.single()));
    assertThat(next(Queued.class).underWay()).isEqualTo(1);
    assertThat(next(Queued.class).underWay()).isEqualTo(2);
    while (generator.runs.size() < 2) {
      Thread.onSpinWait();
    }
    generator.runs.get(0).finishAll();
    assertThat(first.get().votes()).isEqualTo(1);
    assertThat(finished().underWay()).isEqualTo(1);
    generator.runs.get(1).finishAll();
    assertThat(second.get().votes()).isEqualTo(1);
    assertThat(finished().underWay()).isZero();
  }

  @Test
  void media_are_told_as_read_or_as_shared_with_a_request_under_way() throws Exception {
    Image picture = Image.of(new BufferedImage(28, 28, BufferedImage.TYPE_INT_RGB));
    Image other = Image.of(new BufferedImage(28, 28, BufferedImage.TYPE_INT_RGB));
    CompletableFuture<PreferenceScore> first = judge.submit(ScoreRequest.of(with(picture)));
    CompletableFuture<PreferenceScore> second = judge.submit(ScoreRequest.of(with(picture, other)));
    generator.runs.get(0).finishAll();
    generator.runs.get(1).finishAll();
    assertThat(first.get().votes() + second.get().votes()).isEqualTo(2);

    assertThat(List.of(finished(), finished()))
        .extracting(Finished::mediaMisses, Finished::mediaHits)
        .containsExactly(tuple(1, 0), tuple(1, 1));
  }

  private static PreferencePair with(Image... pictures) {
    PreferencePair.Builder pair =
        PreferencePair.builder().question("How many?").first("Two.").second("Three.");
    for (Image picture : pictures) {
      pair.image(picture);
    }
    return pair.build();
  }

  @Test
  void failures_and_refusals_are_told_with_their_cause() throws Exception {
    CompletableFuture<PreferenceScore> score = judge.submit(request(Voting.majority(2)));
    EngineException broken = new EngineException("broken");
    generator.runs.get(0).fail(broken);
    assertThat(failure(score)).isSameAs(broken);
    Finished failed = finished();
    assertThat(failed.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(failed.failure()).containsSame(broken);
    assertThat(failed.underWay()).isZero();

    QueueFullException full = new QueueFullException("full");
    generator.onSubmit =
        run -> {
          throw full;
        };
    assertThatExceptionOfType(QueueFullException.class)
        .isThrownBy(() -> judge.submit(request(Voting.single())));
    Finished refused = finished();
    assertThat(refused.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(refused.failure()).containsSame(full);
    assertThat(refused.underWay()).isZero();
    assertThat(events).isEmpty();
  }

  @Test
  void a_score_that_its_caller_cancels_is_told_as_cancelled_with_the_tokens_so_far()
      throws Exception {
    CompletableFuture<PreferenceScore> score = judge.submit(request(Voting.single()));
    generator.runs.get(0).say(0, 0, 4);
    assertThat(score.cancel(true)).isTrue();
    Finished finished = finished();
    assertThat(finished.outcome()).isEqualTo(Outcome.CANCELLED);
    assertThat(finished.failure().orElseThrow()).isInstanceOf(CancellationException.class);
    assertThat(finished.generatedTokens()).isEqualTo(4);
    assertThat(finished.judgements()).isZero();
  }

  @Test
  void a_submission_cancelled_before_it_starts_is_told_once() throws Exception {
    ExecutorService one = Executors.newSingleThreadExecutor();
    try {
      CountDownLatch free = new CountDownLatch(1);
      one.execute(() -> Uninterruptibles.awaitUninterruptibly(free));
      JudgeRewardModel queued = judge(recording).executor(one).build();
      CompletableFuture<PreferenceScore> score = queued.submitAsync(request(Voting.single()));
      score.cancel(true);
      free.countDown();
      assertThat(next(Queued.class).underWay()).isEqualTo(1);
      Finished finished = next(Finished.class);
      assertThat(finished.outcome()).isEqualTo(Outcome.CANCELLED);
      assertThat(finished.underWay()).isZero();
      assertThat(generator.runs).isEmpty();
    } finally {
      one.shutdown();
    }
  }

  @Test
  void a_closed_model_and_a_time_that_is_over_are_told_apart() throws Exception {
    CompletableFuture<PreferenceScore> late =
        judge.submit(ScoreRequest.builder(PAIR).timeLimit(Duration.ofNanos(1)).build());
    assertThat(late.get().status()).isEqualTo(ScoreStatus.NO_VOTE);
    assertThat(finished().outcome()).isEqualTo(Outcome.NO_VOTE);

    CompletableFuture<PreferenceScore> open = judge.submit(request(Voting.single()));
    judge.close();
    assertThat(failure(open)).isInstanceOf(CancelledException.class);
    assertThat(finished().outcome()).isEqualTo(Outcome.CANCELLED);
  }

  @Test
  void a_rating_is_told_as_one() throws Exception {
    script = (prompt, index, sample) -> "score: 7";
    generator.immediately = true;
    Rating rating = judge.rate(RatingRequest.builder("How many?", "Two.").samples(2).build());
    assertThat(rating.score()).hasValue(7);
    int each = tokens("score: 7");
    assertThat(next(Queued.class)).isEqualTo(new Queued(Kind.RATING, 1));
    assertThat(next(Judged.class)).isEqualTo(new Judged(Kind.RATING, each, FinishReason.STOP));
    assertThat(next(Judged.class)).isEqualTo(new Judged(Kind.RATING, each, FinishReason.STOP));
    Finished finished = next(Finished.class);
    assertThat(finished.outcome()).isEqualTo(Outcome.COMPLETE);
    assertThat(finished.promptTokens()).isEqualTo(promptTokens(0));
    assertThat(finished.generatedTokens()).isEqualTo(2 * each);
    assertThat(finished.rating()).contains(rating);
    assertThat(finished.score()).isEmpty();
    assertThat(finished.judgements()).isEqualTo(2);
    assertThat(finished.underWay()).isZero();
  }

  @Test
  void a_rating_cut_short_by_its_time_limit_or_refused_is_told_so() throws Exception {
    script = (prompt, index, sample) -> "score: 7";
    generator.onSubmit = run -> run.finish(0, 1);
    Rating rating =
        judge.rate(
            RatingRequest.builder("How many?", "Two.")
                .samples(2)
                .timeLimit(Duration.ofSeconds(2))
                .build());
    assertThat(rating.judgements()).hasSize(2);
    Finished cut = finished();
    assertThat(cut.outcome()).isEqualTo(Outcome.TIMED_OUT);
    assertThat(cut.judgements()).isEqualTo(1);

    JudgeRewardModel comparing =
        JudgeRewardModel.builder(generator, tokenizer).modelListener(recording).build();
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> comparing.rate(RatingRequest.builder("How many?", "Two.").build()));
    Finished refused = finished();
    assertThat(refused.kind()).isEqualTo(Kind.RATING);
    assertThat(refused.outcome()).isEqualTo(Outcome.FAILED);
  }

  @Test
  void a_rating_of_a_model_that_is_closed_is_cancelled() throws Exception {
    CompletableFuture<Rating> rating =
        judge.rateAsync(RatingRequest.builder("How many?", "Two.").build());
    while (generator.runs.isEmpty()) {
      Thread.onSpinWait();
    }
    generator.runs.get(0).say(0, 0, 2);
    judge.close();
    assertThat(failure(rating)).isInstanceOf(CancelledException.class);
    assertThat(finished().outcome()).isEqualTo(Outcome.CANCELLED);
  }

  @Test
  void a_listener_that_throws_fails_no_score_and_hears_what_comes_next() throws Exception {
    ModelListener throwing =
        new ModelListener() {
          @Override
          public void requestQueued(Queued event) {
            throw new IllegalStateException("the listener's own");
          }

          @Override
          public void judgementEnded(Judged event) {
            throw new AssertionError("the listener's own");
          }

          @Override
          public void requestFinished(Finished event) {
            events.add(event);
          }
        };
    generator.immediately = true;
    JudgeRewardModel heard = judge(throwing).build();
    assertThat(heard.score(request(Voting.single())).votes()).isEqualTo(1);
    assertThat(heard.score(request(Voting.single())).votes()).isEqualTo(1);
    assertThat(finished().outcome()).isEqualTo(Outcome.COMPLETE);
    assertThat(finished().outcome()).isEqualTo(Outcome.COMPLETE);
  }

  @Test
  void a_listener_that_blocks_holds_up_no_score_and_hears_all_later_in_order() throws Exception {
    CountDownLatch free = new CountDownLatch(1);
    AtomicBoolean onEngine = new AtomicBoolean();
    ModelListener blocking =
        new ModelListener() {
          @Override
          public void requestQueued(Queued event) {
            Uninterruptibles.awaitUninterruptibly(free);
            onEngine.compareAndSet(false, EngineThread.isCurrent());
            events.add(event);
          }

          @Override
          public void requestFinished(Finished event) {
            events.add(event);
          }
        };
    generator.immediately = true;
    JudgeRewardModel held = judge(blocking).build();
    for (int i = 0; i < 3; i++) {
      assertThat(held.score(request(Voting.single())).votes()).isEqualTo(1);
    }
    assertThat(held.submitAsync(request(Voting.single())).get().votes()).isEqualTo(1);
    assertThat(events).isEmpty();
    free.countDown();
    for (int i = 0; i < 4; i++) {
      assertThat(next(Queued.class).kind()).isEqualTo(Kind.SCORE);
      assertThat(next(Finished.class).outcome()).isEqualTo(Outcome.COMPLETE);
    }
    assertThat(onEngine).isFalse();
  }

  @Test
  void events_that_a_blocked_listener_falls_too_far_behind_are_dropped_but_counted()
      throws Exception {
    CountDownLatch reached = new CountDownLatch(1);
    CountDownLatch free = new CountDownLatch(1);
    ModelListener blocking =
        new ModelListener() {
          @Override
          public void requestQueued(Queued event) {
            reached.countDown();
            Uninterruptibles.awaitUninterruptibly(free);
            events.add(event);
          }
        };
    Meter meter = new Meter(new Callbacks(null), blocking);
    RequestMeter unused = meter.queued(Kind.SCORE);
    reached.await(); // the listener has the first, none waits
    for (int i = 0; i < Meter.MOST_WAITING + 5; i++) {
      RequestMeter unusedToo = meter.queued(Kind.SCORE);
    }
    free.countDown();
    for (int i = 1; i <= Meter.MOST_WAITING + 1; i++) {
      assertThat(next(Queued.class).underWay()).isEqualTo(i);
    }
    RequestMeter unusedLast = meter.queued(Kind.RATING);
    assertThat(next(Queued.class))
        .isEqualTo(new Queued(Kind.RATING, Meter.MOST_WAITING + 7)); // 1 + 10,005 + 1
  }
}
