package io.r1reward.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.InvalidInputException;
import io.r1reward.core.testing.Warnings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of lines that a run cannot read. */
class SkippedSamplesTest {
  private static final String BAD = "{\"id\":\"broken\",\"question\":\"q\",\"first\":\"a\"}";

  @TempDir Path folder;

  private static String line(int i) {
    return "{\"id\":\"s%d\",\"question\":\"q\",\"first\":\"a\",\"second\":\"b\",\"preferred\":\"1\"}"
        .formatted(i);
  }

  /** A file of good lines, with a bad one in place of each of some, numbered from 0. */
  private Path file(int lines, Integer... bad) throws IOException {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < lines; i++) {
      all.add(List.of(bad).contains(i) ? BAD : line(i));
    }
    return Files.write(folder.resolve("data.jsonl"), all);
  }

  private static SampleCursor cursor(PreferenceDataset data, SkippedSamples skipped) {
    return new SampleCursor(data, 0, Double.NaN, skipped);
  }

  private static List<String> ids(SampleCursor cursor, int count) {
    return cursor.next(count).stream().map(PreferenceSample::id).toList();
  }

  @Test
  void a_bad_line_is_left_out_with_a_warning_of_its_place_id_and_reason() throws IOException {
    Path file = file(4, 1);
    SkippedSamples skipped = new SkippedSamples(BadData.SKIP, 0);
    String log =
        Warnings.of(
            () -> {
              try (SampleCursor cursor = cursor(PreferenceDataset.jsonl(file), skipped)) {
                assertThat(ids(cursor, 3)).containsExactly("s0", "s2", "s3");
              }
              skipped.tell();
            });
    assertThat(log)
        .contains("(1 so far): " + file + " line 2, id broken: second (or rejected) is missing")
        .contains("1 samples were left out in all");
    assertThat(skipped.total()).isEqualTo(1);
  }

  @Test
  void every_data_set_made_of_a_file_leaves_its_bad_lines_out() throws IOException {
    PreferenceDataset data = PreferenceDataset.jsonl(file(5, 0, 3));
    PreferenceDataset nothing = PreferenceDataset.of(List.of());
    for (PreferenceDataset derived :
        List.of(
            data.filter(sample -> true),
            data.limit(3),
            data.balanced(1),
            nothing.then(data),
            data.then(nothing))) {
      SkippedSamples skipped = new SkippedSamples(BadData.SKIP, 0);
      try (SampleCursor cursor = cursor(derived, skipped)) {
        assertThat(ids(cursor, 3)).containsExactly("s1", "s2", "s4");
      }
      assertThat(skipped.total()).isEqualTo(2);
    }
  }

  @Test
  void too_many_end_the_run_with_the_first_reasons() throws IOException {
    Path file = file(8, 1, 2, 4, 5, 6);
    try (SampleCursor cursor =
        cursor(PreferenceDataset.jsonl(file), new SkippedSamples(new BadData(0.01, 3), 0))) {
      assertThat(ids(cursor, 2)).containsExactly("s0", "s3");
      assertThatThrownBy(cursor::next)
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("4 samples up to the data's sample 3 cannot be used")
          .hasMessageContaining("at most 3 may be left out by then (badData)")
          .hasMessageContaining(file + " line 2, id broken: second")
          .hasMessageContaining(file + " line 5, id broken: second")
          .hasMessageNotContaining("line 6");
    }
  }

  @Test
  void the_share_counts_where_it_is_more_than_the_least() {
    assertThat(BadData.SKIP.allowed(1)).isEqualTo(10);
    assertThat(BadData.SKIP.allowed(1099)).isEqualTo(10);
    assertThat(BadData.SKIP.allowed(1100)).isEqualTo(11);
    assertThat(BadData.STRICT.allowed(1_000_000)).isZero();
    assertThatThrownBy(() -> new BadData(1.5, 0))
        .hasMessage("share of bad samples must be in [0, 1], got 1.5");
  }

  @Test
  void strict_runs_stop_at_the_first() throws IOException {
    Path file = file(2, 1);
    try (SampleCursor cursor =
        cursor(PreferenceDataset.jsonl(file), new SkippedSamples(BadData.STRICT, 0))) {
      cursor.next();
      assertThatThrownBy(cursor::next)
          .hasMessage(file + " line 2, id broken: second (or rejected) is missing");
    }
  }

  @Test
  void what_was_left_out_before_a_position_is_not_counted_again() throws IOException {
    PreferenceDataset data = PreferenceDataset.jsonl(file(6, 1, 4));
    SkippedSamples through = new SkippedSamples(BadData.SKIP, 0);
    long position;
    double digest;
    try (SampleCursor cursor = cursor(data, through)) {
      ids(cursor, 2);
      position = cursor.position();
      digest = cursor.digest();
      assertThat(through.total()).isEqualTo(1);
      SkippedSamples later = new SkippedSamples(BadData.SKIP, through.total());
      try (SampleCursor resumed = new SampleCursor(data, position, digest, later)) {
        assertThat(later.total()).isEqualTo(1);
        // s3, line 5 left out, s5, then the file again with line 2 left out
        assertThat(ids(resumed, 4))
            .isEqualTo(ids(cursor, 4))
            .containsExactly("s3", "s5", "s0", "s2");
        assertThat(later.total()).isEqualTo(through.total()).isEqualTo(3);
      }
    }
  }
}
