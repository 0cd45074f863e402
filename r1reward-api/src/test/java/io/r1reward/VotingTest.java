package io.r1reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VotingTest {

  @Test
  void a_single_judgement_in_the_given_order() {
    assertThat(Voting.single()).isEqualTo(Voting.majority(1)).isEqualTo(new Voting(1, false, true));
    assertThat(Voting.single().judgements()).isEqualTo(1);
  }

  @Test
  void both_orders_double_the_judgements() {
    assertThat(Voting.majority(5).judgements()).isEqualTo(5);
    assertThat(Voting.majority(5).inBothOrders()).isEqualTo(new Voting(5, true, true));
    assertThat(Voting.majority(5).inBothOrders().judgements()).isEqualTo(10);
  }

  @Test
  void a_vote_stops_when_decided_unless_asked_not_to() {
    assertThat(Voting.majority(5).stopWhenDecided()).isTrue();
    assertThat(Voting.majority(5).inBothOrders().toTheEnd()).isEqualTo(new Voting(5, true, false));
    assertThat(Voting.majority(5).toTheEnd().inBothOrders()).isEqualTo(new Voting(5, true, false));
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, 0, 4097})
  void a_number_of_samples_out_of_range_is_refused(int samples) {
    assertThatThrownBy(() -> Voting.majority(samples))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("samples must be from 1 to 4096, got " + samples);
  }

  @Test
  void the_largest_number_of_samples_is_allowed() {
    assertThat(Voting.majority(Voting.MAX_SAMPLES).inBothOrders().judgements()).isEqualTo(8192);
  }
}
