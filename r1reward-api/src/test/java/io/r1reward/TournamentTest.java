package io.r1reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TournamentTest {

  private static final Offset<Double> EXACT = within(1e-12);

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
    // Round 0: 4 beats 3 (loser's share 3/7), 5 beats 1 (1/6), 2 has no opponent.
    // Round 1: 5 beats 4 (4/9), 2 still has none. Round 2: 5 beats 2 (2/7).
    Ranking ranking = knockOut(FakeModel.ofNumbers(), List.of("4", "3", "1", "5", "2"));

    assertThat(ranking.order()).containsExactly(3, 4, 0, 1, 2);
    assertThat(ranking.comparisons())
        .extracting(comparison -> comparison.first() + "-" + comparison.second())
        .containsExactly("0-1", "2-3", "0-3", "3-4");
  }

  @ParameterizedTest
  @EnumSource(BestOfN.class)
  void equals_stand_in_given_order(BestOfN plan) {
    Ranking ranking =
        FakeModel.ofNumbers()
            .rank("q", List.of(), List.of("2", "2"), plan, Voting.single(), Sampling.defaults());

    assertThat(ranking.order()).containsExactly(0, 1);
    assertThat(ranking.points()).containsExactly(0.5, 0.5);
  }

  @ParameterizedTest
  @EnumSource(BestOfN.class)
  void a_single_candidate_wins_without_a_comparison(BestOfN plan) {
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
              if (waiting.size() == Tournament.IN_FLIGHT || depths.size() == 190) {
                waiting.forEach(one -> one.complete(FakeModel.share(0.75)));
                waiting.clear();
              }
              return score;
            });

    Ranking ranking =
        model.rank("q", List.of(), IntStream.range(0, 20).mapToObj(Integer::toString).toList());

    assertThat(ranking.comparisons()).hasSize(190);
    assertThat(depths).allMatch(depth -> depth <= Tournament.IN_FLIGHT);
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

  private static Ranking knockOut(RewardModel model, List<String> candidates) {
    return model.rank(
        "q", List.of(), candidates, BestOfN.KNOCK_OUT, Voting.single(), Sampling.defaults());
  }
}
