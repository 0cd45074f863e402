package io.r1reward.examples.score;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.examples.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutputFileTest {

  private static final String PAIR = ",\"question\":\"q\",\"first\":\"a\",\"second\":\"b\"}\n";

  @TempDir Path folder;
  private Path input;
  private Path output;

  @BeforeEach
  void writes_an_input_of_four_lines_and_a_blank_one() throws IOException {
    input = folder.resolve("pairs.jsonl");
    output = folder.resolve("scores.jsonl");
    Files.writeString(
        input, "{\"id\":\"a\"" + PAIR + "\n" + "oops\n{\"id\":3" + PAIR + "{\"id\":\"d\"" + PAIR);
  }

  @Test
  void a_missing_output_is_made_and_starts_at_the_first_line() throws IOException {
    assertThat(resume()).isEqualTo("0 lines, 0 failed, next \"a\"");
    assertThat(output).isEmptyFile();
  }

  @Test
  void whole_lines_are_passed_over_in_step_with_the_input() throws IOException {
    // line 2 of the input is blank, line 3 is bad
    Files.writeString(
        output, "{\"id\":\"a\"}\n{\"line\":3,\"id\":null,\"error\":\"e\"}\n{\"id\":3}\n");

    assertThat(resume()).isEqualTo("3 lines, 1 failed, next \"d\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "{\"id\":3,\"te", "{\"id\":3,\"text\":\"ä", "x"})
  void half_a_last_line_is_cut_off(String half) throws IOException {
    String whole = "{\"id\":\"a\"}\n";
    Files.writeString(output, whole + half);

    assertThat(resume()).isEqualTo("1 lines, 0 failed, next null");
    assertThat(output).content().isEqualTo(whole);
  }

  @Test
  void half_a_character_at_the_end_is_cut_off() throws IOException {
    byte[] cut = "{\"id\":\"a\"}\n{\"id\":3,\"text\":\"ä".getBytes(UTF_8);
    Files.write(output, Arrays.copyOf(cut, cut.length - 1));

    assertThat(resume()).isEqualTo("1 lines, 0 failed, next null");
    assertThat(output).content().isEqualTo("{\"id\":\"a\"}\n");
  }

  @Test
  void a_last_line_that_lacks_only_its_line_break_is_kept() throws IOException {
    Files.writeString(output, "{\"id\":\"a\"}");

    assertThat(resume()).isEqualTo("1 lines, 0 failed, next null");
    assertThat(output).content().isEqualTo("{\"id\":\"a\"}\n");
  }

  @Test
  void lines_are_added_behind_those_that_stand_there() throws IOException {
    Files.writeString(output, "{\"id\":\"a\"}\n{\"li");

    try (OutputFile file = OutputFile.open(output);
        InputReader lines = InputReader.open(input, folder)) {
      file.resume(lines, false);
      file.append(Json.object().put("id", "ü\n"));
      file.append(Json.object().put("id", 3));
      assertThat(output).content().isEqualTo("{\"id\":\"a\"}\n{\"id\":\"ü\\n\"}\n{\"id\":3}\n");
    }
  }

  @Test
  void an_output_of_another_input_is_refused_and_left_alone() throws IOException {
    refused("{\"id\":\"b\"}\n", "line 1 of " + output + " has id \"b\", line 1 of the input \"a\"");
    refused("{\"id\":\"a\"}\n{\"id\":3}\n", "has id 3, line 3 of the input null");
    refused("{\"id\":\"a\"}\n{\"line\":2,\"id\":null,\"error\":\"e\"}\n", "is about line 2, not 3");
    refused("{\"preferred\":\"FIRST\"}\n", "has id , line 1 of the input \"a\"");
    refused("a,b\n", "line 1 of " + output + " is not a score");
    refused(
        """
        {"id":"a"}
        {"line":3,"id":null,"error":"e"}
        {"id":3}
        {"id":"d"}
        {"id":"e"}
        """,
        "line 5 of " + output + " has no line in the input, which is shorter");
  }

  @Test
  void an_output_that_another_run_writes_is_refused() throws IOException {
    try (OutputFile first = OutputFile.open(output)) {
      first.append(Json.object());
      assertThatThrownBy(() -> OutputFile.open(output))
          .isInstanceOf(UsageException.class)
          .hasMessage("--output is being written by another run: " + output);
    }
    OutputFile.open(output).close();
  }

  @Test
  void an_output_that_cannot_be_written_is_refused() {
    assertThatThrownBy(() -> OutputFile.open(folder.resolve("missing/scores.jsonl")))
        .isInstanceOf(UsageException.class)
        .hasMessageStartingWith("--output cannot be written: ");
    assertThatThrownBy(() -> OutputFile.open(folder)).isInstanceOf(UsageException.class);
  }

  private void refused(String content, String message) throws IOException {
    Files.writeString(output, content);
    assertThatThrownBy(this::resume)
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(message);
    assertThat(output).content().isEqualTo(content);
  }

  private String resume() throws IOException {
    try (OutputFile file = OutputFile.open(output);
        InputReader lines = InputReader.open(input, folder)) {
      OutputFile.Written written = file.resume(lines, false);
      InputLine next = lines.next();
      return "%d lines, %d failed, next %s"
          .formatted(written.lines(), written.failed(), next == null ? "-" : next.id());
    }
  }
}
