package io.r1reward.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelOptionsTest {
  @TempDir Path folder;

  private Path input;

  @BeforeEach
  void make_a_checkpoint_and_pairs() throws IOException {
    Path checkpoint = Files.createDirectory(folder.resolve("checkpoint"));
    Files.createFile(checkpoint.resolve("fake-judge"));
    input = folder.resolve("pairs.jsonl");
    Files.writeString(
        input, "{\"id\":\"a\",\"question\":\"q\",\"first\":\"a\",\"second\":\"bb\"}\n", UTF_8);
    FakeSource.folder = checkpoint;
    FakeSource.asked.clear();
  }

  private Program score(String checkpoint, Object... more) {
    Path output = folder.resolve("scores.jsonl");
    Object[] words = new Object[7 + more.length];
    System.arraycopy(
        new Object[] {"score", "--checkpoint", checkpoint, "--input", input, "--output", output},
        0,
        words,
        0,
        7);
    System.arraycopy(more, 0, words, 7, more.length);
    return Program.run(words);
  }

  @Test
  void a_checkpoint_of_the_hub_is_brought_once() {
    Program program = score("hf:owner/name@v1");

    assertThat(program.err()).isEmpty();
    assertThat(program.exitCode()).isZero();
    assertThat(folder.resolve("scores.jsonl")).content().contains("\"id\":\"a\"");
    assertThat(FakeSource.asked).containsExactly("owner/name@v1");
  }

  @Test
  void quickstart_takes_one_too() {
    assertThat(Program.run("quickstart", "--checkpoint", "hf:owner/name").exitCode()).isZero();
    assertThat(FakeSource.asked).containsExactly("owner/name");
  }

  @Test
  void wrong_options_are_told_before_it_is_brought() {
    assertThat(score("hf:owner/name", "--device", "tpu").exitCode()).isEqualTo(2);
    assertThat(score("hf:owner/name", "--batch", 0).exitCode()).isEqualTo(2);
    assertThat(FakeSource.asked).isEmpty();
  }

  @Test
  void an_interrupted_download_is_130() {
    assertThat(score("hf:owner/interrupted").exitCode()).isEqualTo(130);
  }

  @ParameterizedTest
  @ValueSource(strings = {"hf:", "hf:name", "hf:a/b/c", "hf:owner/name@", "hf:../name", "hf:o/.."})
  void a_malformed_name_is_wrong_usage(String name) {
    Program program = score(name);

    assertThat(program.exitCode()).isEqualTo(2);
    assertThat(program.err())
        .startsWith("Invalid value for option '--checkpoint'")
        .contains("got '")
        .contains("Usage:");
    assertThat(FakeSource.asked).isEmpty();
  }

  @Test
  void a_folder_is_still_a_folder() {
    assertThat(score(FakeSource.folder.toString()).exitCode()).isZero();
    Program missing = score("no/such/folder");
    assertThat(missing.exitCode()).isEqualTo(2);
    assertThat(missing.err()).contains("no/such/folder");
    Program none = score("a\0b");
    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(none.err()).startsWith("Invalid value for option '--checkpoint'");
    assertThat(FakeSource.asked).isEmpty();
  }
}
