package io.r1reward.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.PreferencePair;
import io.r1reward.Preferred;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PreferenceDatasetTest {

  private static PreferenceSample sample(int i) {
    PreferencePair pair =
        PreferencePair.builder().question("q" + i).first("good").second("bad").build();
    return PreferenceSample.of("id" + i, pair, Preferred.FIRST);
  }

  private static final PreferenceDataset DATA =
      PreferenceDataset.of(IntStream.range(0, 2000).mapToObj(i -> sample(i)).toList());

  @Test
  void balancing_turns_label_and_responses_together() {
    List<PreferenceSample> balanced = DATA.balanced(3).open().toList();
    for (PreferenceSample sample : balanced) {
      boolean first = sample.label() == Preferred.FIRST;
      assertThat(first ? sample.pair().first() : sample.pair().second()).isEqualTo("good");
    }
    assertThat(balanced.stream().filter(s -> s.label() == Preferred.FIRST)).hasSize(1000);
    // not simply in turn: a model must not be able to learn the order
    long changes =
        IntStream.range(1, 2000)
            .filter(i -> balanced.get(i).label() != balanced.get(i - 1).label())
            .count();
    assertThat(changes).isBetween(1300L, 1700L);
  }

  @Test
  void balancing_depends_on_the_seed_alone() {
    assertThat(DATA.balanced(3).open().toList()).isEqualTo(DATA.balanced(3).open().toList());
    assertThat(DATA.balanced(3).open().toList()).isNotEqualTo(DATA.balanced(4).open().toList());
  }

  @Test
  void split_sides_are_disjoint_and_complete() {
    PreferenceDataset.Split split = DATA.split(0.25, 1);
    List<String> train = split.train().open().map(PreferenceSample::id).toList();
    List<String> heldOut = split.heldOut().open().map(PreferenceSample::id).toList();
    assertThat(train).doesNotContainAnyElementsOf(heldOut);
    assertThat(train.size() + heldOut.size()).isEqualTo(2000);
    // 500 expected, deviation √(2000 · 0.25 · 0.75) = 19
    assertThat(heldOut.size()).isBetween(400, 600);
  }

  @Test
  void sample_stays_on_its_side_when_the_data_grow() {
    List<PreferenceSample> before = DATA.limit(1000).split(0.1, 1).heldOut().open().toList();
    List<PreferenceSample> after = DATA.split(0.1, 1).heldOut().open().toList();
    assertThat(after).startsWith(before.toArray(new PreferenceSample[0]));
  }

  @Test
  void swapped_sample_loses_a_judgement_that_names_responses_by_number() {
    PreferenceSample sample =
        sample(1).with(PreferenceSample.JUDGEMENT, "Response 1 wins").with("source", "x");
    assertThat(sample.swapped().attributes()).containsOnlyKeys("source");
    assertThat(sample.swapped().label()).isEqualTo(Preferred.SECOND);
  }

  @Test
  void refuses_a_share_out_of_range_and_an_undecided_label() {
    assertThatThrownBy(() -> DATA.split(1, 0))
        .hasMessage("held-out share must be in (0, 1), got 1.0");
    assertThatThrownBy(() -> PreferenceSample.of("a", sample(1).pair(), Preferred.UNDECIDED))
        .hasMessage("sample a needs a label of FIRST or SECOND");
  }
}
