package io.r1reward.train.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.common.collect.ImmutableList;
import io.r1reward.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class EvaluationReportTest {

  /** A trial whose judgements are spelt r, w and u (right, wrong, without a verdict). */
  private static Trial trial(int chosenAt, String votes) {
    ImmutableList.Builder<Vote> all = ImmutableList.builder();
    for (int i = 0; i < votes.length(); i++) {
      char vote = votes.charAt(i);
      Verdict verdict =
          switch (vote) {
            case 'r' -> Verdict.RIGHT;
            case 'w' -> Verdict.WRONG;
            default -> Verdict.UNDECIDED;
          };
      all.add(new Vote(verdict, OptionalDouble.empty(), 10, vote == 'u', null));
    }
    return new Trial(chosenAt, all.build());
  }

  private static EvaluatedPair pair(String id, String category, Trial... trials) {
    return new EvaluatedPair(id, category, 20, 10, ImmutableList.copyOf(trials), null);
  }

  private static EvaluationReport report(EvaluatedPair... pairs) {
    EvaluationReport.Builder report = EvaluationReport.builder();
    for (EvaluatedPair pair : pairs) {
      report.add(pair);
    }
    return report.build();
  }

  @Test
  void each_order_of_a_pair_is_a_trial_of_its_own() {
    EvaluationReport report =
        report(
            pair("1", "a", trial(1, "r"), trial(2, "w")),
            pair("2", "a", trial(1, "r"), trial(2, "r")),
            pair("3", "b", trial(1, "u"), trial(2, "r")),
            EvaluatedPair.failed("4", "b", "broken picture"));

    CategoryScore overall = report.score().overall();
    assertThat(report.pairs()).isEqualTo(3);
    assertThat(report.failed()).isEqualTo(1);
    assertThat(overall.trials()).isEqualTo(6);
    assertThat(overall.undecided()).isEqualTo(1);
    assertThat(overall.accuracy()).isCloseTo(4.0 / 6, within(1e-12));
    assertThat(overall.accuracyOfDecided()).isCloseTo(4.0 / 5, within(1e-12));
    assertThat(overall.accuracyPlus()).isCloseTo(1.0 / 3, within(1e-12)); // id 2 alone
    assertThat(report.score().macroAccuracy()).isCloseTo((0.75 + 0.5) / 2, within(1e-12));
  }

  @Test
  void position_bias_is_a_verdict_that_stays_where_it_was_when_the_responses_change_places() {
    PositionBias bias =
        report(
                pair("1", "a", trial(1, "r"), trial(2, "r")), // for the same response
                pair("2", "a", trial(1, "r"), trial(2, "w")), // for the first place, twice
                pair("3", "a", trial(1, "r"), trial(2, "w")),
                pair("4", "a", trial(1, "w"), trial(2, "r")), // for the second place, twice
                pair("5", "a", trial(1, "u"), trial(2, "r"))) // no verdict in one order
            .position();

    assertThat(bias).isEqualTo(new PositionBias(4, 1, 2, 1, 9, 5, 4));
    assertThat(bias.rate()).isEqualTo(0.75);
    assertThat(bias.firstShare()).isCloseTo(5.0 / 9, within(1e-12));
  }

  @Test
  void accuracy_over_votes_is_the_mean_over_all_subsets() {
    // 3 right, 2 wrong, 1 unread: of the 20 subsets of three, those with more right than wrong are
    // rrr 1, rrw 3·2, rru 3·1 and none with one r and one w; r + w + u is even: 10 of 20
    EvaluationReport report = report(pair("1", "a", trial(1, "rrrwwu")));

    List<VoteCurve.Point> points = report.curve().points();
    assertThat(points).hasSize(6);
    assertThat(points.get(0).accuracy()).isCloseTo(3.0 / 6, within(1e-12));
    // pairs: rr 3 and ru 3 of 15
    assertThat(points.get(1).accuracy()).isCloseTo(6.0 / 15, within(1e-12));
    assertThat(points.get(2).accuracy()).isCloseTo(10.0 / 20, within(1e-12));
    assertThat(points.get(5).accuracy()).isCloseTo(1, within(1e-12));
    // at least one right among two: 1 − C(3, 2) / C(6, 2)
    assertThat(points.get(1).anyRight()).isCloseTo(1 - 3.0 / 15, within(1e-12));
    assertThat(points.get(3).anyRight()).isEqualTo(1);
  }

  @Test
  void accuracy_over_votes_is_that_of_counting_every_subset() {
    String votes = "rwwrurwrwur";
    for (int k = 1; k <= votes.length(); k++) {
      int subsets = 0;
      int right = 0;
      for (int mask = 0; mask < 1 << votes.length(); mask++) {
        if (Integer.bitCount(mask) == k) {
          int sum = 0;
          for (int i = 0; i < votes.length(); i++) {
            char vote = (mask >> i & 1) == 0 ? 'u' : votes.charAt(i);
            sum += vote == 'r' ? 1 : vote == 'w' ? -1 : 0;
          }
          subsets++;
          right += sum > 0 ? 1 : 0;
        }
      }
      assertThat(VoteCurve.majority(5, 4, 2, k))
          .as("%d votes", k)
          .isCloseTo((double) right / subsets, within(1e-12));
    }
  }

  @Test
  void accuracy_over_4096_votes_stays_a_share() {
    assertThat(VoteCurve.majority(2049, 2047, 0, 4096)).isCloseTo(1, within(1e-9));
    assertThat(VoteCurve.majority(2048, 2048, 0, 1)).isCloseTo(0.5, within(1e-9));
    // by symmetry an odd vote of an even jury is one half
    assertThat(VoteCurve.majority(2048, 2048, 0, 1001)).isCloseTo(0.5, within(1e-9));
  }

  @Test
  void the_interval_of_independent_trials_is_wilsons() {
    // 7 of 10: (0.7 + z²/20 ∓ z √(0.021 + z²/400)) / (1 + z²/10), z = 1.95996: 0.39678, 0.89221
    Interval interval = Interval.wilson(0.7, 10);
    assertThat(interval.low()).isCloseTo(0.39678, within(1e-5));
    assertThat(interval.high()).isCloseTo(0.89221, within(1e-5));
  }

  @Test
  void trials_of_one_id_count_as_one_where_they_always_agree() {
    List<Interval.Cluster> fourEach = new ArrayList<>();
    List<Interval.Cluster> alone = new ArrayList<>();
    for (int id = 0; id < 20; id++) {
      fourEach.add(new Interval.Cluster(4, id < 14 ? 4 : 0));
      alone.add(new Interval.Cluster(1, id < 14 ? 1 : 0));
    }

    Interval clustered = Interval.clustered(fourEach);

    assertThat(clustered.low()).isCloseTo(Interval.clustered(alone).low(), within(1e-12));
    assertThat(clustered.high()).isCloseTo(Interval.clustered(alone).high(), within(1e-12));
    // G/(G−1) Σ(…)²/N² = 20/19 · (14 · 0.3² + 6 · 0.7²) / 20² = 0.21 / 19: 19 independent trials
    assertThat(clustered.low()).isCloseTo(Interval.wilson(0.7, 19).low(), within(1e-12));
  }

  @Test
  void an_interval_of_all_right_still_has_a_lower_end() {
    Interval interval = Interval.clustered(List.of(cluster(5, 5), cluster(5, 5), cluster(5, 5)));
    // Wilson with p = 1 and 3 trials: 1 / (1 + z²/3)
    assertThat(interval.low()).isCloseTo(1 / (1 + 3.841459 / 3), within(1e-6));
    assertThat(interval.high()).isEqualTo(1);
    assertThat(Interval.clustered(List.of())).isEqualTo(new Interval(0, 1));
  }

  private static Interval.Cluster cluster(long trials, long right) {
    return new Interval.Cluster(trials, right);
  }

  @Test
  void calibration_compares_confidence_with_accuracy_bin_by_bin() {
    Calibration.Builder builder = Calibration.builder();
    for (double chosen : new double[] {0.92, 0.94, 0.08, 0.62, 0.5}) {
      builder.add(chosen);
    }

    Calibration calibration = builder.build();

    assertThat(calibration.judgements()).isEqualTo(5);
    // 0.92, 0.94 and (wrongly) 0.92 sure: 2 of 3 right, mean 0.9267
    Calibration.Bin sure = calibration.bins().get(8);
    assertThat(sure.judgements()).isEqualTo(3);
    assertThat(sure.confidence()).isCloseTo(2.78 / 3, within(1e-12));
    assertThat(sure.accuracy()).isCloseTo(2.0 / 3, within(1e-12));
    assertThat(calibration.bins().get(0).accuracy()).isEqualTo(0.5); // a soft score of one half
    // (|2 − 2.78| + |1 − 0.62| + |0.5 − 0.5|) / 5
    assertThat(calibration.error()).isCloseTo((0.78 + 0.38) / 5, within(1e-12));
    assertThat(calibration.brier())
        .isCloseTo(
            (0.08 * 0.08 + 0.06 * 0.06 + 0.92 * 0.92 + 0.38 * 0.38 + 0.25) / 5, within(1e-12));
  }

  @Test
  void lengths_tell_unread_judgements_and_a_liking_for_the_longer_response() {
    Lengths lengths =
        report(
                pair("1", "a", trial(1, "rru")),
                pair("2", "a", trial(1, "www")),
                new EvaluatedPair("3", "a", 5, 9, ImmutableList.of(trial(2, "r")), null),
                new EvaluatedPair("4", "a", 7, 7, ImmutableList.of(trial(2, "r")), null))
            .lengths();

    assertThat(lengths).isEqualTo(new Lengths(8, 1, 1, 10, 3, 1, 2));
  }

  @Test
  void a_pair_survives_being_written_and_read() {
    EvaluatedPair pair =
        new EvaluatedPair(
            "id \"1\"",
            "general",
            12,
            7,
            ImmutableList.of(
                new Trial(
                    2,
                    ImmutableList.of(
                        new Vote(Verdict.RIGHT, OptionalDouble.of(0.75), 31, false, "so\nit is"),
                        new Vote(Verdict.WRONG, OptionalDouble.of(0.25), 30, false, null),
                        new Vote(Verdict.UNDECIDED, OptionalDouble.empty(), 99, true, null)))),
            null);

    String line = EvaluatedPairJson.write(pair);

    assertThat(line).contains("\"chosen_at\":2").contains("{\"verdict\":2,").doesNotContain("\n");
    assertThat(EvaluatedPairJson.read(line)).isEqualTo(pair);
    EvaluatedPair failed = EvaluatedPair.failed("5", "all", "picture is broken");
    assertThat(EvaluatedPairJson.read(EvaluatedPairJson.write(failed))).isEqualTo(failed);
    assertThatThrownBy(() -> EvaluatedPairJson.read("{\"id\":\"1\",\"category\":\"a\"}"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("is no evaluated pair")
        .hasMessageContaining("trials");
    assertThatThrownBy(() -> EvaluatedPairJson.read("{")).isInstanceOf(InvalidInputException.class);
  }
}
