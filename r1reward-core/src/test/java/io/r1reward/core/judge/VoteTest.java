package io.r1reward.core.judge;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.r1reward.CancelledException;
import io.r1reward.FinishReason;
import io.r1reward.Judgement;
import io.r1reward.Order;
import io.r1reward.PreferenceScore;
import io.r1reward.Preferred;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class VoteTest {
  private final List<Integer> cancelled = new ArrayList<>();
  private final CompletableFuture<PreferenceScore> score = new CompletableFuture<>();

  private Vote vote(int size, boolean stopWhenDecided) {
    return new Vote(size, 100, stopWhenDecided, cancelled::add, score);
  }

  private static Judgement judgement(Preferred preferred, FinishReason reason) {
    return new Judgement(
        preferred,
        Order.GIVEN,
        "",
        "",
        ImmutableList.of(),
        0,
        OptionalDouble.empty(),
        reason,
        reason != FinishReason.CANCELLED);
  }

  private static Judgement of(Preferred preferred) {
    return judgement(preferred, FinishReason.STOP);
  }

  private static Judgement cut() {
    return judgement(Preferred.UNDECIDED, FinishReason.CANCELLED);
  }

  @Test
  void goes_on_while_the_others_could_still_draw_level() {
    Vote vote = vote(4, true);
    vote.cast(0, of(Preferred.FIRST), false);
    vote.cast(1, of(Preferred.FIRST), false); // 2:0, and two to go could make it 2:2
    assertThat(cancelled).isEmpty();
    vote.cast(2, of(Preferred.UNDECIDED), false); // 2.5:0.5, one to go
    assertThat(cancelled).containsExactly(3);
    vote.cast(3, cut(), false);
    assertThat(score.join().first()).isEqualTo(2.5 / 3);
    assertThat(score.join().votes()).isEqualTo(3);
    assertThat(score.join().promptTokens()).isEqualTo(100);
  }

  @Test
  void a_judgement_behind_the_decision_does_not_count_even_if_it_had_ended() {
    Vote vote = vote(3, true);
    vote.cast(2, of(Preferred.SECOND), false);
    vote.cast(1, of(Preferred.FIRST), false);
    vote.cast(0, of(Preferred.FIRST), false);
    assertThat(cancelled).containsExactly(2);
    assertThat(score.join().judgements())
        .extracting(Judgement::counted)
        .containsExactly(true, true);
    assertThat(score.join().first()).isEqualTo(1.0);
  }

  @Test
  void to_the_end_counts_all() {
    Vote vote = vote(3, false);
    vote.cast(0, of(Preferred.FIRST), false);
    vote.cast(1, of(Preferred.FIRST), false);
    vote.cast(2, of(Preferred.SECOND), false);
    assertThat(cancelled).isEmpty();
    assertThat(score.join().first()).isEqualTo(2.0 / 3);
  }

  @Test
  void judgements_cut_by_a_time_limit_leave_the_vote_to_the_others() {
    Vote vote = vote(3, true);
    vote.cast(0, cut(), false);
    vote.cast(1, of(Preferred.SECOND), false); // 0:1, one to go
    vote.cast(2, cut(), false);
    assertThat(score.join().preferred()).isEqualTo(Preferred.SECOND);
    assertThat(score.join().votes()).isEqualTo(1);
  }

  @Test
  void a_closed_model_fails_an_open_vote_but_not_a_decided_one() {
    Vote decided = vote(3, true);
    decided.cast(0, of(Preferred.FIRST), false);
    decided.cast(1, of(Preferred.FIRST), false);
    decided.cast(2, cut(), true);
    assertThat(score.join().preferred()).isEqualTo(Preferred.FIRST);

    CompletableFuture<PreferenceScore> other = new CompletableFuture<>();
    Vote open = new Vote(2, 100, true, cancelled::add, other);
    open.cast(0, of(Preferred.FIRST), true);
    open.cast(1, cut(), true);
    assertThat(other)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(CancelledException.class);
  }
}
