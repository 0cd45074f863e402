package io.r1reward.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.r1reward.core.hub.LoopbackHub;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DownloadCommandTest {
  @TempDir Path cache;

  private final LoopbackHub hub =
      new LoopbackHub()
          .with("config.json", "{}")
          .with("model.safetensors", new byte[1000])
          .with("pytorch_model.bin", "pickled");

  @AfterEach
  void stop() {
    hub.close();
  }

  private Program download(String name, String... more) {
    List<Object> words =
        new ArrayList<>(List.of("download", name, "--endpoint", hub.endpoint(), "--cache", cache));
    words.addAll(List.of(more));
    return Program.run(words.toArray());
  }

  private Path snapshot() {
    return cache.resolve("models--owner--name/snapshots").resolve(LoopbackHub.SHA);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "owner/name",
        "owner/name@main",
        "hf:owner/name",
        "hf:owner/name@" + LoopbackHub.SHA
      })
  void the_folder_is_all_that_it_prints(String name) {
    Program program = download(name);

    assertThat(program.err()).isEmpty();
    assertThat(program.exitCode()).isZero();
    assertThat(program.out()).isEqualTo(snapshot() + System.lineSeparator());
    assertThat(snapshot().resolve("model.safetensors")).hasBinaryContent(new byte[1000]);
    assertThat(snapshot().resolve("pytorch_model.bin")).doesNotExist();
  }

  @Test
  void includes_stand_in_place_of_what_a_judge_needs() {
    Program program = download("owner/name", "--include", "*.bin", "--include", "config*");

    assertThat(program.exitCode()).isZero();
    assertThat(snapshot().resolve("pytorch_model.bin")).hasContent("pickled");
    assertThat(snapshot().resolve("config.json")).exists();
    assertThat(snapshot().resolve("model.safetensors")).doesNotExist();
  }

  @Test
  void offline_prints_what_is_there_and_sends_nothing() {
    Program missing = download("owner/name", "--offline");
    assertThat(missing.exitCode()).isEqualTo(2);
    assertThat(missing.out()).isEmpty();
    assertThat(missing.err())
        .startsWith("download: owner/name@main is not in the cache " + cache)
        .hasLineCount(1);
    assertThat(hub.contents()).isEmpty();

    assertThat(download("owner/name").exitCode()).isZero();
    hub.close();
    assertThat(download("owner/name", "--offline").out())
        .isEqualTo(snapshot() + System.lineSeparator());
  }

  @Test
  void what_the_hub_does_not_give_is_told_in_one_line() {
    Program program = download("owner/other");

    assertThat(program.exitCode()).isEqualTo(2);
    assertThat(program.out()).isEmpty();
    assertThat(program.err())
        .startsWith("download: " + hub.endpoint() + " answers 404 for owner/other@main")
        .hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"name", "hf:name", "a/b/c", "owner/name@", "hf:hf:owner/name"})
  void a_malformed_name_is_wrong_usage(String name) {
    Program program = download(name);

    assertThat(program.exitCode()).isEqualTo(2);
    assertThat(program.err()).startsWith("download: a ").hasLineCount(1);
    assertThat(hub.contents()).isEmpty();
  }

  @Test
  void a_malformed_endpoint_or_pattern_is_wrong_usage() {
    Program endpoint =
        Program.run("download", "owner/name", "--cache", cache, "--endpoint", "ftp://hub");
    assertThat(endpoint.exitCode()).isEqualTo(2);
    assertThat(endpoint.err()).contains("must be an http or https address, got ftp://hub");

    Program pattern = download("owner/name", "--include", "[a");
    assertThat(pattern.exitCode()).isEqualTo(2);
    assertThat(pattern.err()).contains("'[a' is no pattern of file names");
  }
}
