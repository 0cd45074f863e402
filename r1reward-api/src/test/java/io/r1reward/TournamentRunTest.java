package io.r1reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TournamentRunTest {

  private static final Offset<Double> EXACT = within(1e-12);
  private static final Duration LIMIT = Duration.ofSeconds(2);

  @Test
  void round_robin_compares_every_pair_once_and_adds_up_vote_shares() {
    FakeModel model = FakeModel.ofNumbers();

    Ranking ranking = model.rank("q", List.of(), List.of("1", "3", "2"));

    assertThat(ranking.order()).containsExactly(1, 2, 0);
    assertThat(ranking.best()).isEqualTo(1);
    // 0 against 1: 1/4, 0 against 2: 1/3, 1 against 2: 3/5
    assertThat(ranking.points().get(0)).isCloseTo(1 / 4.0 + 1 / 3.0, EXACT);
    assertThat(ranking.points().get(1)).isCloseTo(3 / 4.0 + 3 / 5.0, EXACT);
    assertThat(ranking.points().get(2)).isCloseTo(2 / 3.0 + 2 / 5.0, EXACT);
    assertThat(ranking.comparisons())
        .extracting(comparison -> comparison.first() + "-" + comparison.second())
        .containsExactly("0-1", "0-2", "1-2");
  }

  @Test
  void the_short_form_judges_once_in_both_orders_and_shows_question_and_media() {
    FakeModel model = FakeModel.ofNumbers();
    Image cat = Image.of(Path.of("cat.png"));

    model.rank("Which?", List.of(cat), List.of("1", "2"));

    assertThat(model.asked)
        .containsExactly(
            ScoreRequest.builder(
                    PreferencePair.builder()
                        .question("Which?")
                        .image(cat)
                        .first("1")
                        .second("2")
                        .build())
                .voting(Voting.single().inBothOrders().toTheEnd())
                .build());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 13})
  void knock_out_finds_the_best_with_one_comparison_less_than_candidates(int count) {
    for (int best = 0; best < count; best++) {
      int winner = best;
      List<String> candidates =
          IntStream.range(0, count).mapToObj(i -> i == winner ? "100" : "" + (i + 1)).toList();
      FakeModel model = FakeModel.ofNumbers();

      Ranking ranking = knockOut(model, candidates);

      assertThat(ranking.best()).isEqualTo(winner);
      assertThat(model.asked).hasSize(count - 1);
      assertThat(ranking.comparisons()).hasSize(count - 1);
      assertThat(ranking.order()).hasSize(count).doesNotHaveDuplicates();
    }
  }

  @Test
  void knock_out_orders_the_others_by_round_then_by_share_in_the_round_they_lost() {
    // Round 0, four of four: 4 beats 3 (loser's share 3/7), 5 beats 1 (1/6). Round 1: 5 beats 4.
    Ranking ranking = knockOut(FakeModel.ofNumbers(), List.of("4", "3", "1", "5"));

    assertThat(ranking.order()).containsExactly(3, 0, 1, 2);
    assertThat(ranking.complete()).isTrue();
    assertThat(pairs(ranking)).containsExactly("0-1", "2-3", "0-3");
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 5, 6, 7, 9, 12, 13})
  void byes_are_drawn_by_the_seed_and_all_in_the_first_round(int count) {
    List<String> candidates = IntStream.rangeClosed(1, count).mapToObj(i -> "" + i).toList();
    int full = 2 * Integer.highestOneBit(count);
    Set<List<String>> draws = new HashSet<>();
    for (long seed = 0; seed < 20; seed++) {
      RankRequest request =
          RankRequest.builder("q", candidates)
              .tournament(Tournament.KNOCK_OUT)
              .voting(Voting.single())
              .seed(seed)
              .build();
      List<String> pairs = pairs(FakeModel.ofNumbers().rank(request));
      assertThat(pairs(FakeModel.ofNumbers().rank(request))).isEqualTo(pairs);
      // full - count byes: the others play count - full / 2 matches, each of two new candidates
      List<String> first = pairs.subList(0, count - full / 2);
      assertThat(first.stream().flatMap(pair -> Stream.of(pair.split("-"))))
          .hasSize(2 * count - full)
          .doesNotHaveDuplicates();
      // in the second round everyone who is left plays: full / 4 matches, no candidate twice
      List<String> second = pairs.subList(first.size(), first.size() + full / 4);
      assertThat(second.stream().flatMap(pair -> Stream.of(pair.split("-"))))
          .hasSize(full / 2)
          .doesNotHaveDuplicates();
      draws.add(first);
    }
    assertThat(draws).hasSizeGreaterThan(1);
  }

  @Test
  void ties_go_to_the_better_soft_score_then_to_who_was_given_first() {
    // all votes are even; the soft score of "b" is 0.7 against anyone, that of the others even
    FakeModel model =
        new FakeModel(
            request -> {
              double soft =
                  request.pair().first().equals("b")
                      ? 0.7
                      : request.pair().second().equals("b") ? 0.3 : 0.5;
              return CompletableFuture.completedFuture(
                  new PreferenceScore(
                      ScoreStatus.COMPLETE,
                      Preferred.UNDECIDED,
                      0.5,
                      0.5,
                      OptionalDouble.of(soft),
                      1,
                      List.of()));
            });

    List<String> candidates = List.of("a", "b", "c", "d");
    assertThat(model.rank("q", List.of(), candidates).order()).containsExactly(1, 0, 2, 3);
    // 1 beats 0 (soft 0.3), 2 beats 3 (0.5), 1 beats 2
    assertThat(knockOut(model, candidates).order()).containsExactly(1, 2, 3, 0);
  }

  @ParameterizedTest
  @EnumSource(Tournament.class)
  void equals_stand_in_given_order(Tournament plan) {
    Ranking ranking =
        FakeModel.ofNumbers()
            .rank("q", List.of(), List.of("2", "2"), plan, Voting.single(), Sampling.defaults());

    assertThat(ranking.order()).containsExactly(0, 1);
    assertThat(ranking.points()).containsExactly(0.5, 0.5);
  }

  @ParameterizedTest
  @EnumSource(Tournament.class)
  void a_single_candidate_wins_without_a_comparison(Tournament plan) {
    FakeModel model = FakeModel.ofNumbers();

    Ranking ranking =
        model.rank("q", List.of(), List.of("only"), plan, Voting.single(), Sampling.defaults());

    assertThat(ranking).isEqualTo(new Ranking(List.of(0), List.of(0.0), List.of()));
    assertThat(model.asked).isEmpty();
  }

  @Test
  void no_candidate_is_refused() {
    assertThatThrownBy(() -> FakeModel.ofNumbers().rank("q", List.of(), List.of()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("ranking needs at least 1 candidate, got 0");
  }

  @Test
  void many_candidates_never_fill_the_queue() {
    // 20 candidates make 190 comparisons; each is answered only when the next ones have come.
    Deque<CompletableFuture<PreferenceScore>> waiting = new ArrayDeque<>();
    List<Integer> depths = new ArrayList<>();
    FakeModel model =
        new FakeModel(
            request -> {
              CompletableFuture<PreferenceScore> score = new CompletableFuture<>();
              waiting.add(score);
              depths.add(waiting.size());
              if (waiting.size() == Matches.IN_FLIGHT || depths.size() == 190) {
                waiting.forEach(one -> one.complete(FakeModel.share(0.75)));
                waiting.clear();
              }
              return score;
            });

    Ranking ranking =
        model.rank("q", List.of(), IntStream.range(0, 20).mapToObj(Integer::toString).toList());

    assertThat(ranking.comparisons()).hasSize(190);
    assertThat(depths).allMatch(depth -> depth <= Matches.IN_FLIGHT);
    assertThat(ranking.points().get(0)).isCloseTo(19 * 0.75, EXACT);
    assertThat(ranking.points().get(19)).isCloseTo(19 * 0.25, EXACT);
  }

  @Test
  void a_failed_comparison_fails_the_ranking_and_cancels_the_rest() {
    List<CompletableFuture<PreferenceScore>> scores = new ArrayList<>();
    EngineException failure = new EngineException("out of memory");
    FakeModel model =
        new FakeModel(
            request -> {
              CompletableFuture<PreferenceScore> score =
                  scores.isEmpty()
                      ? CompletableFuture.failedFuture(failure)
                      : new CompletableFuture<>();
              scores.add(score);
              return score;
            });

    assertThatThrownBy(() -> model.rank("q", List.of(), List.of("1", "2", "3"))).isSameAs(failure);
    assertThat(scores).hasSize(3);
    assertThat(scores.subList(1, 3)).allMatch(CompletableFuture::isCancelled);
  }

  @Test
  void a_full_queue_is_waited_for_and_never_fails_the_ranking() {
    // every second submission is refused, by the call or by the future
    AtomicInteger calls = new AtomicInteger();
    FakeModel numbers = FakeModel.ofNumbers();
    FakeModel model =
        new FakeModel(
            request ->
                switch (calls.getAndIncrement() % 4) {
                  case 0 -> throw new QueueFullException("1 requests wait already");
                  case 2 -> CompletableFuture.failedFuture(new QueueFullException("1 wait"));
                  default -> numbers.submit(request);
                });

    Ranking ranking = model.rank("q", List.of(), List.of("1", "3", "2"));

    assertThat(ranking)
        .isEqualTo(FakeModel.ofNumbers().rank("q", List.of(), List.of("1", "3", "2")));
    assertThat(numbers.asked).hasSize(3);
    assertThat(calls).hasValueGreaterThan(3);
  }

  @ParameterizedTest
  @EnumSource(Tournament.class)
  void when_the_time_is_over_the_ranking_is_incomplete(Tournament plan) {
    // only 1 against 3 is ever answered
    List<CompletableFuture<PreferenceScore>> hanging = new ArrayList<>();
    FakeModel model =
        new FakeModel(
            request -> {
              assertThat(request.timeLimit()).isPositive().isLessThanOrEqualTo(LIMIT);
              if (request.pair().first().equals("1") && request.pair().second().equals("3")) {
                return CompletableFuture.completedFuture(FakeModel.share(0.25));
              }
              hanging.add(new CompletableFuture<>());
              return hanging.get(hanging.size() - 1);
            });

    Ranking ranking =
        model.rank(
            RankRequest.builder("q", List.of("1", "3", "2", "4"))
                .tournament(plan)
                .timeLimit(LIMIT)
                .build());

    assertThat(ranking.complete()).isFalse();
    assertThat(pairs(ranking)).containsExactly("0-1");
    assertThat(ranking.points()).containsExactly(0.25, 0.75, 0.0, 0.0);
    assertThat(ranking.order()).containsExactly(1, 2, 3, 0); // those not compared in between
    assertThat(hanging).isNotEmpty().allMatch(CompletableFuture::isCancelled);
  }

  @Test
  void a_queue_that_stays_full_ends_with_the_time_limit() {
    FakeModel model =
        new FakeModel(
            request -> {
              throw new QueueFullException("8 requests wait already, the queue holds 8");
            });

    Ranking ranking =
        model.rank(RankRequest.builder("q", List.of("1", "2")).timeLimit(LIMIT).build());

    assertThat(ranking).isEqualTo(new Ranking(List.of(0, 1), List.of(0.0, 0.0), List.of(), false));
  }

  @Test
  void a_comparison_that_the_limit_cut_short_does_not_count() {
    PreferenceScore cut =
        new PreferenceScore(
            ScoreStatus.TIMED_OUT, Preferred.SECOND, 0, 1, OptionalDouble.empty(), 1, List.of());
    FakeModel model = new FakeModel(request -> CompletableFuture.completedFuture(cut));

    Ranking ranking =
        model.rank(
            RankRequest.builder("q", List.of("1", "2")).timeLimit(Duration.ofHours(1)).build());

    assertThat(ranking).isEqualTo(new Ranking(List.of(0, 1), List.of(0.0, 0.0), List.of(), false));
  }

  @Test
  void the_listener_hears_of_every_comparison_as_it_ends() {
    Map<String, CompletableFuture<PreferenceScore>> scores = new ConcurrentHashMap<>();
    FakeModel model =
        new FakeModel(
            request -> {
              CompletableFuture<PreferenceScore> score = new CompletableFuture<>();
              scores.put(request.pair().first() + request.pair().second(), score);
              if (scores.size() == 3) {
                scores.get("bc").complete(FakeModel.share(0.5));
                scores.get("ac").complete(FakeModel.share(0.5));
                scores.get("ab").complete(FakeModel.share(0.5));
              }
              return score;
            });
    List<String> heard = new ArrayList<>();

    Ranking ranking =
        model.rank(
            RankRequest.builder("q", List.of("a", "b", "c"))
                .listener(
                    (comparison, finished, total) ->
                        heard.add(
                            comparison.first()
                                + "-"
                                + comparison.second()
                                + " "
                                + finished
                                + "/"
                                + total))
                .build());

    // bc's future is completed before it is handed over, and heard of when it is
    assertThat(heard).containsExactly("0-2 1/3", "0-1 2/3", "1-2 3/3");
    assertThat(pairs(ranking)).containsExactly("0-1", "0-2", "1-2");
  }

  @Test
  void an_asynchronous_ranking_is_the_same() {
    RankRequest request = RankRequest.builder("q", List.of("1", "3", "2")).build();

    assertThat(FakeModel.ofNumbers().rankAsync(request))
        .succeedsWithin(Duration.ofSeconds(30))
        .isEqualTo(FakeModel.ofNumbers().rank(request));
    assertThat(
            new FakeModel(r -> CompletableFuture.failedFuture(new EngineException("no memory")))
                .rankAsync(request))
        .failsWithin(Duration.ofSeconds(30))
        .withThrowableThat()
        .havingCause()
        .isInstanceOf(EngineException.class)
        .withMessage("no memory");
  }

  @Test
  void cancelling_an_asynchronous_ranking_cancels_what_is_under_way() throws Exception {
    CountDownLatch three = new CountDownLatch(3);
    CountDownLatch cancelled = new CountDownLatch(3);
    FakeModel model =
        new FakeModel(
            request -> {
              CompletableFuture<PreferenceScore> score = new CompletableFuture<>();
              CompletableFuture<?> unused =
                  score.whenComplete((result, failure) -> cancelled.countDown());
              three.countDown();
              return score;
            });

    CompletableFuture<Ranking> ranking =
        model.rankAsync(RankRequest.builder("q", List.of("1", "2", "3")).build());
    assertThat(three.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(ranking.cancel(true)).isTrue();

    assertThat(cancelled.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(model.asked).hasSize(3);
  }

  private static List<String> pairs(Ranking ranking) {
    return ranking.comparisons().stream()
        .map(comparison -> comparison.first() + "-" + comparison.second())
        .toList();
  }

  private static Ranking knockOut(RewardModel model, List<String> candidates) {
    return model.rank(
        "q", List.of(), candidates, Tournament.KNOCK_OUT, Voting.single(), Sampling.defaults());
  }
}
