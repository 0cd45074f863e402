package io.r1reward.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Results that are there are gone on with only where the run would make the same. */
class ScoreResumeTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private Path checkpoint;
  private Path input;
  private Path output;
  private Path fingerprint;

  @BeforeEach
  void scores_two_lines() throws IOException {
    checkpoint = Files.createDirectory(folder.resolve("checkpoint"));
    Files.createFile(checkpoint.resolve("fake-judge"));
    Files.writeString(checkpoint.resolve("config.json"), "{}");
    Files.writeString(folder.resolve("cat.png"), "a cat");
    input = folder.resolve("pairs.jsonl");
    output = folder.resolve("scores.jsonl");
    fingerprint = folder.resolve("scores.jsonl.fingerprint.json");
    Files.writeString(input, pair("a", "why?") + pair("b", "how?"));
    assertThat(score().exitCode()).isZero();
  }

  @Test
  void the_fingerprint_can_be_read_by_a_person() throws IOException {
    JsonNode root = JSON.readTree(Files.readString(fingerprint));
    assertThat(root.at("/checkpoint/path").asText()).isEqualTo(checkpoint.toString());
    assertThat(root.at("/checkpoint/digest").asText()).matches("[0-9a-f]{64}");
    assertThat(root.at("/checkpoint/covers").asText()).contains("64 blocks of 64 KiB");
    assertThat(root.at("/settings/--seed").asText()).isEqualTo("0");
    assertThat(root.at("/computed/engine").asText()).isEqualTo("fake");
    assertThat(root.at("/inputs/1/id").asText()).isEqualTo("b");
    assertThat(root.at("/inputs/1/digest").asText()).matches("[0-9a-f]{64}");
    assertThat(Files.readString(fingerprint)).contains("\n");
  }

  @Test
  void lines_added_to_the_input_are_scored() throws IOException {
    Files.writeString(input, pair("a", "why?") + pair("b", "how?") + pair("c", "who?"));
    assertThat(score().exitCode()).isZero();
    assertThat(ids()).containsExactly("a", "b", "c");
    assertThat(FakeProvider.model.asked).hasSize(1);
  }

  @Test
  void a_checkpoint_that_lies_elsewhere_is_the_same_and_one_that_changed_is_not()
      throws IOException {
    checkpoint = Files.move(checkpoint, folder.resolve("moved"));
    assertThat(score().exitCode()).isZero();

    Files.writeString(checkpoint.resolve("config.json"), "{\"x\":1}");
    refused(score(), "was made by another checkpoint", "moved with digest", "--overwrite");
  }

  @Test
  void settings_that_change_scores_must_be_the_same() {
    refused(score("--votes", 3), "was made with --votes 1, now it is 3");
    refused(score("--seed", 7), "was made with --seed 0, now it is 7");
    refused(score("--temperature", 0.5), "--temperature the checkpoint's, now it is 0.5");
    refused(score("--both-orders"), "--both-orders false, now it is true");
    refused(score("--dtype", "float32"), "--dtype auto, now it is float32");
    refused(score("--max-pixels", 1000), "--max-pixels default, now it is 1000");
    refused(score("--engine", "fake"), "--engine any, now it is fake");
    refused(score("--tokens"), "--tokens false, now it is true");
    assertThat(score("--batch", 3, "--threads", 2).exitCode()).isZero();
  }

  @Test
  void another_device_than_the_one_that_computed_is_refused() throws IOException {
    Files.writeString(input, pair("a", "why?") + pair("b", "how?") + pair("c", "who?"));
    String text = Files.readString(fingerprint);
    assertThat(text).contains("\"device\" : \"cpu\"");
    Files.writeString(fingerprint, text.replace("\"device\" : \"cpu\"", "\"device\" : \"cuda\""));
    refused(score(), "was made with device cuda, now it is cpu");
  }

  @Test
  void a_line_edited_under_its_id_is_named() throws IOException {
    Files.writeString(input, pair("a", "why?") + pair("b", "how come?"));
    refused(score(), "input line 2 (id \"b\")", "edited", "--overwrite");
    refused(score("--retry-failed"), "input line 2 (id \"b\")", "edited");
  }

  @Test
  void an_edited_picture_is_noticed() throws IOException {
    Files.writeString(folder.resolve("cat.png"), "a dog");
    refused(score(), "input line 1 (id \"a\") or a picture or video of it was edited");
  }

  @Test
  void an_edited_line_that_is_not_scored_yet_is_no_matter() throws IOException {
    Files.writeString(output, Files.readAllLines(output).get(0) + "\n");
    Files.writeString(input, pair("a", "why?") + pair("b", "how come?"));
    assertThat(score().exitCode()).isZero();
    assertThat(output).content().contains("how come?");
    // and the fingerprint holds the line as it was scored
    assertThat(score().exitCode()).isZero();
    Files.writeString(input, pair("a", "why?") + pair("b", "how?"));
    refused(score(), "id \"b\"");
  }

  @Test
  void results_without_their_fingerprint_are_refused_and_can_be_overwritten() throws IOException {
    Files.delete(fingerprint);
    refused(score(), fingerprint + ", which tells what made them, is lost", "--overwrite");
    Files.writeString(fingerprint, "{");
    refused(score(), "is no fingerprint");

    assertThat(score("--overwrite", "--seed", 3).exitCode()).isZero();
    assertThat(FakeProvider.model.asked).hasSize(2);
    assertThat(ids()).containsExactly("a", "b");
    assertThat(score("--seed", 3).exitCode()).isZero();
  }

  @Test
  void failed_lines_are_scored_again_in_their_places() throws IOException {
    Files.writeString(
        input, pair("a", "why?") + pair("b", "unreadable") + pair("c", "who?") + "oops\n");
    assertThat(score("--overwrite").exitCode()).isEqualTo(1);

    Files.writeString(
        input, pair("a", "why?") + pair("b", "mended") + pair("c", "who?") + "oops\n");
    refused(score(), "input line 2 (id \"b\"), which failed", "give --retry-failed");

    Files.writeString(
        input,
        pair("a", "why?")
            + pair("b", "mended")
            + pair("c", "who?")
            + pair("d", "unanswerable")
            + pair("e", "new"));
    refused(score(), "line 4");
    assertThat(score("--retry-failed").exitCode()).isEqualTo(1);

    assertThat(ids()).containsExactly("a", "b", "c", "d", "e");
    assertThat(FakeProvider.model.asked)
        .extracting(request -> request.pair().question())
        .containsExactly("mended", "unanswerable", "new");
    assertThat(Files.readAllLines(output).get(3)).contains("\"error\":\"too odd\"");
    assertThat(folder.resolve("scores.jsonl.partial")).doesNotExist();

    // the fingerprint is that of the mended lines
    assertThat(score().exitCode()).isEqualTo(1);
    FakeProvider.model = FakeModel.ofLengths();
    Files.writeString(
        input,
        pair("a", "why?")
            + pair("b", "mended")
            + pair("c", "who?")
            + pair("d", "now right")
            + pair("e", "new"));
    assertThat(score("--retry-failed").exitCode()).isZero();
    assertThat(ids()).containsExactly("a", "b", "c", "d", "e");
    assertThat(FakeProvider.model.asked).hasSize(1);
  }

  @Test
  void what_made_a_results_file_counts_before_what_failed_in_it() throws IOException {
    Files.writeString(input, pair("a", "unreadable") + pair("b", "how?"));
    assertThat(score("--overwrite").exitCode()).isEqualTo(1);
    String before = Files.readString(output);
    refused(score("--retry-failed", "--seed", 4), "was made with --seed 0, now it is 4");
    assertThat(output).content().isEqualTo(before);
  }

  @Test
  void nothing_failed_is_nothing_to_retry() throws IOException {
    FakeProvider.model = FakeModel.ofLengths();
    assertThat(score("--retry-failed").exitCode()).isZero();
    assertThat(FakeProvider.model.asked).isEmpty();
  }

  @Test
  void a_run_that_cannot_begin_overwrites_nothing() throws IOException {
    String before = Files.readString(output);
    Files.delete(checkpoint.resolve("fake-judge"));
    refused(score("--overwrite"), "no engine recognises");
    assertThat(output).content().isEqualTo(before);
  }

  @Test
  void retry_and_overwrite_exclude_each_other() throws IOException {
    String before = Files.readString(output);
    refused(score("--retry-failed", "--overwrite"), "give only one");
    assertThat(output).content().isEqualTo(before);
  }

  private static void refused(Program program, String... parts) {
    assertThat(program.exitCode()).isEqualTo(2);
    assertThat(program.err()).contains(parts).doesNotContain("\tat ");
  }

  private static String pair(String id, String question) {
    return "{\"id\":\"%s\",\"question\":\"%s\",\"first\":\"aa\",\"second\":\"b\",\"image\":\"cat.png\"}\n"
        .formatted(id, question);
  }

  private List<String> ids() throws IOException {
    List<String> ids = new ArrayList<>();
    for (String line : Files.readAllLines(output)) {
      ids.add(JSON.readTree(line).path("id").asText());
    }
    return ids;
  }

  private Program score(Object... options) {
    List<Object> all =
        new ArrayList<>(
            List.of("score", "--checkpoint", checkpoint, "--input", input, "--output", output));
    all.addAll(List.of(options));
    return Program.run(all.toArray());
  }
}
