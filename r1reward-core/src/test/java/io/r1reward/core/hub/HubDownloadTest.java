package io.r1reward.core.hub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.CancelledException;
import io.r1reward.CheckpointException;
import io.r1reward.InvalidInputException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubDownloadTest {
  private static final String WEIGHTS = "model.safetensors";
  private static final byte[] BYTES = bytes(300_000);

  @TempDir Path cache;

  private final List<Duration> pauses = new ArrayList<>();
  private final LoopbackHub hub =
      new LoopbackHub()
          .with("config.json", "{}")
          .with("onnx/decoder.onnx", "graph")
          .with("pytorch_model.bin", "pickled")
          .with("checkpoint-1/config.json", "{}")
          .with(WEIGHTS, BYTES);

  @AfterEach
  void stop() {
    hub.close();
  }

  private static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) (i * 31 + i / 251);
    }
    return bytes;
  }

  private HubDownload.Builder download() {
    return HubDownload.builder("owner/name")
        .environment(Map.of("HF_TOKEN_PATH", cache.resolve("no token").toString()))
        .endpoint(hub.endpoint())
        .cache(cache)
        .timeouts(Duration.ofSeconds(10), Duration.ofSeconds(10))
        .pauses(pauses::add);
  }

  private Path repository() {
    return cache.resolve("models--owner--name");
  }

  @Test
  void a_snapshot_is_laid_out_as_python_does() throws IOException {
    Path folder = download().build().run();

    assertThat(folder).isEqualTo(repository().resolve("snapshots").resolve(LoopbackHub.SHA));
    assertThat(repository().resolve("refs/main")).hasContent(LoopbackHub.SHA);
    assertThat(folder.resolve(WEIGHTS)).hasBinaryContent(BYTES);
    assertThat(Files.readSymbolicLink(folder.resolve(WEIGHTS)))
        .isEqualTo(Path.of("../../blobs", LoopbackHub.sha256(BYTES)));
    assertThat(Files.readSymbolicLink(folder.resolve("onnx/decoder.onnx")))
        .isEqualTo(Path.of("../../../blobs", LoopbackHub.gitSha1("graph".getBytes(UTF_8))));
    assertThat(names(folder)).containsExactly("config.json", WEIGHTS, "onnx/decoder.onnx");
    assertThat(names(repository().resolve("blobs"))).hasSize(3);
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> !Files.isDirectory(file))
          .map(file -> folder.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void what_is_there_is_not_fetched_again() {
    Path first = download().build().run();
    int before = hub.contents().size();

    assertThat(download().build().run()).isEqualTo(first);
    assertThat(before).isEqualTo(3);
    assertThat(hub.contents()).hasSize(before);
  }

  @Test
  void the_token_goes_to_the_hub_and_not_to_where_it_leads() {
    hub.token = "hf_secret";
    Path unused = download().token("hf_secret").build().run();

    assertThat(hub.atHub)
        .isNotEmpty()
        .allSatisfy(request -> assertThat(request.authorization()).isEqualTo("Bearer hf_secret"));
    assertThat(hub.atStore)
        .isNotEmpty()
        .allSatisfy(request -> assertThat(request.authorization()).isEqualTo("null"));
  }

  @Test
  void a_transfer_that_broke_goes_on_where_it_stopped() {
    hub.cuts.addAll(List.of(100_000, 50_000));
    Path folder = download().build().run();

    assertThat(folder.resolve(WEIGHTS)).hasBinaryContent(BYTES);
    assertThat(hub.atStore).extracting("range").hasSize(3).startsWith("null");
    assertThat(hub.atStore.get(1).range()).matches("bytes=[1-9]\\d*-");
    assertThat(pauses).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2));
  }

  @Test
  void a_part_of_an_earlier_process_goes_on() throws IOException {
    Path part =
        repository().resolve("blobs").resolve(LoopbackHub.sha256(BYTES) + ".r1reward.incomplete");
    Files.createDirectories(part.getParent());
    Files.write(part, Arrays.copyOf(BYTES, 1234));

    assertThat(download().build().run().resolve(WEIGHTS)).hasBinaryContent(BYTES);
    assertThat(hub.atStore).extracting("range").containsExactly("bytes=1234-");
    assertThat(part).doesNotExist();
  }

  @Test
  void a_server_without_ranges_sends_all_again() {
    hub.ignoresRanges = true;
    hub.cuts.add(100_000);

    assertThat(download().build().run().resolve(WEIGHTS)).hasBinaryContent(BYTES);
    assertThat(hub.atStore).hasSize(2);
  }

  @Test
  void a_file_of_another_hash_is_deleted_and_told() throws IOException {
    String hash = "0".repeat(64);
    hub.lies.put("hash of " + WEIGHTS, hash);

    assertThatThrownBy(() -> download().build().run())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(WEIGHTS + " of owner/name@main was damaged")
        .hasMessageContaining("expected SHA-256 " + hash)
        .hasMessageEndingWith("got SHA-256 " + LoopbackHub.sha256(BYTES));
    assertThat(names(repository().resolve("blobs"))).noneMatch(name -> name.startsWith(hash));
    assertThat(repository().resolve("refs/main")).doesNotExist();
  }

  @Test
  void a_repository_that_is_closed_says_how_to_give_a_token() {
    hub.token = "hf_other";

    assertThatThrownBy(() -> download().build().run())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("answers 401 for owner/name@main")
        .hasMessageContaining("gated or private")
        .hasMessageContaining("set HF_TOKEN");
    assertThat(pauses).isEmpty();
  }

  @Test
  void a_token_that_may_not_read_is_told_apart_from_none() {
    hub.failures.addAll(List.of(403, 403));

    assertThatThrownBy(() -> download().token("hf_other").build().run())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("answers 403 for owner/name@main")
        .hasMessageContaining("the token given may not read it: ask for access")
        .hasMessageNotContaining("hf_other");
    assertThatThrownBy(() -> download().build().run())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("answers 403 for owner/name@main")
        .hasMessageContaining("no token was given");
    assertThat(pauses).isEmpty();
  }

  @Test
  void a_revision_that_is_none_is_named() {
    assertThatThrownBy(() -> download().revision("v9").build().run())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("answers 404 for owner/name@v9")
        .hasMessageContaining("no revision v9");
    assertThat(pauses).isEmpty();
  }

  @Test
  void a_hub_that_is_busy_is_asked_again() {
    hub.failures.addAll(List.of(503, 503));

    assertThat(download().build().run().resolve(WEIGHTS)).hasBinaryContent(BYTES);
    assertThat(pauses).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2));
  }

  @ParameterizedTest
  @CsvSource({"7, 7, 7", "0, 1, 2", "86400, 60, 60", "soon, 1, 2"})
  void a_hub_that_says_how_long_to_wait_is_heard_up_to_a_minute(
      String asked, long first, long second) {
    hub.retryAfter = asked;
    hub.failures.addAll(List.of(429, 503));

    assertThat(download().build().run().resolve(WEIGHTS)).hasBinaryContent(BYTES);
    assertThat(pauses).containsExactly(Duration.ofSeconds(first), Duration.ofSeconds(second));
  }

  @Test
  void a_hub_that_stays_busy_is_given_up_after_five_more_attempts() {
    hub.failures.addAll(java.util.Collections.nCopies(6, 503));

    assertThatThrownBy(() -> download().build().run())
        .isInstanceOf(HubException.class)
        .hasMessageContaining("6 attempts")
        .hasMessageContaining("answers 503");
    assertThat(pauses.stream().map(Duration::toSeconds)).containsExactly(1L, 2L, 4L, 8L, 16L);
  }

  @Test
  void a_hub_that_cannot_be_reached_is_given_up() {
    HubDownload.Builder download = download();
    hub.close();

    assertThatThrownBy(() -> download.build().run())
        .isInstanceOf(HubException.class)
        .hasMessageContaining("6 attempts");
  }

  @Test
  void offline_gives_what_is_there_and_sends_nothing() {
    Path folder = download().build().run();
    hub.atHub.clear();

    assertThat(download().offline(true).build().run()).isEqualTo(folder);
    assertThat(download().offline(true).revision(LoopbackHub.SHA).build().run()).isEqualTo(folder);
    assertThat(hub.atHub).isEmpty();
  }

  @Test
  void offline_says_what_is_missing() throws IOException {
    assertThatThrownBy(() -> download().offline(true).build().run())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("owner/name@main is not in the cache " + cache)
        .hasMessageContaining("HF_HUB_OFFLINE");

    hub.with("model.safetensors.index.json", "{\"weight_map\": {\"a\": \"model-1.safetensors\"}}");
    Path folder = download().build().run();
    Files.delete(folder.resolve(WEIGHTS).toRealPath());
    assertThatThrownBy(() -> download().offline(true).build().run())
        .isInstanceOf(CheckpointException.class)
        .hasMessageEndingWith(folder + " lacks model-1.safetensors, model.safetensors");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../evil.json",
        "a/../../evil.json",
        "/etc/evil.json",
        "a\\evil.json",
        "C:/e.json"
      })
  void a_name_that_leads_out_of_the_folder_is_refused(String name) throws IOException {
    hub.with(name, "{}");

    assertThatThrownBy(() -> download().build().run())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("'" + name + "', which leads out");
    assertThat(names(cache)).isEmpty();
  }

  @Test
  void a_hash_that_is_none_names_no_blob() {
    hub.lies.put("hash of " + WEIGHTS, "../../evil");

    assertThatThrownBy(() -> download().build().run())
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("'../../evil'");
  }

  @Test
  void a_mirror_that_lists_names_alone_is_asked_for_each_file() {
    hub.listsNamesAlone = true;
    Path folder = download().build().run();

    assertThat(folder.resolve(WEIGHTS)).hasBinaryContent(BYTES);
    assertThat(repository().resolve("blobs").resolve(LoopbackHub.sha256(BYTES))).exists();
  }

  @Test
  void too_little_space_is_told_before_anything_is_fetched() {
    hub.lies.put("size of " + WEIGHTS, 1L << 60);

    // 2^60 bytes and the 7 of the two small files
    assertThatThrownBy(() -> download().build().run())
        .isInstanceOf(HubException.class)
        .hasMessageContaining("needs 1152921504606.8 MB more in " + cache)
        .hasMessageContaining("MB are free there");
    assertThat(hub.contents()).isEmpty();
  }

  @Test
  void two_downloads_at_once_fetch_each_file_once() {
    CompletableFuture<Path> other =
        CompletableFuture.supplyAsync(() -> download().pauses(time -> {}).build().run());
    Path folder = download().pauses(time -> {}).build().run();

    assertThat(other.join()).isEqualTo(folder);
    assertThat(hub.contents())
        .containsExactlyInAnyOrder("config.json", WEIGHTS, "onnx/decoder.onnx");
  }

  @Test
  void a_lock_that_another_holds_is_waited_for() throws IOException {
    HubFile weights = new HubFile(WEIGHTS, BYTES.length, LoopbackHub.sha256(BYTES));
    Path lock =
        new HubCache(cache, HubName.of("owner/name"), pauses::add, (at, target) -> {})
            .lock(weights);
    Files.createDirectories(lock.getParent());
    try (FileChannel channel =
        FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      java.nio.channels.FileLock held = channel.lock();
      Path folder =
          download()
              .pauses(
                  time -> {
                    pauses.add(time);
                    assertThat(hub.atStore).isEmpty();
                    try {
                      held.release();
                    } catch (IOException e) {
                      throw new java.io.UncheckedIOException(e);
                    }
                  })
              .build()
              .run();
      assertThat(folder.resolve(WEIGHTS)).hasBinaryContent(BYTES);
    }
    assertThat(pauses).hasSize(1);
  }

  @Test
  void without_links_a_snapshot_holds_the_files_themselves() {
    Path folder =
        download()
            .links(
                (at, target) -> {
                  throw new UnsupportedOperationException("no links");
                })
            .build()
            .run();

    assertThat(Files.isRegularFile(folder.resolve(WEIGHTS), LinkOption.NOFOLLOW_LINKS)).isTrue();
    assertThat(folder.resolve(WEIGHTS)).hasBinaryContent(BYTES);
    assertThat(download().build().run()).isEqualTo(folder);
    assertThat(hub.contents()).hasSize(3);
  }

  @Test
  void an_interrupt_ends_it_and_what_is_there_is_kept() throws IOException {
    hub.cuts.add(100_000);
    HubDownload download =
        download()
            .pauses(
                time -> {
                  throw new InterruptedException();
                })
            .build();

    assertThatThrownBy(download::run)
        .isInstanceOf(CancelledException.class)
        .hasMessageContaining("owner/name@main was interrupted");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(names(repository().resolve("blobs")))
        .anyMatch(name -> name.endsWith(".r1reward.incomplete"));
  }

  @Test
  void the_listener_hears_of_all_bytes() {
    List<Long> told = new ArrayList<>();
    Path unused =
        download()
            .listener(
                (file, done, total) -> {
                  assertThat(total).isEqualTo(BYTES.length + 2L + 5L);
                  told.add(done);
                })
            .build()
            .run();

    assertThat(told).isSorted().endsWith(BYTES.length + 7L);
  }

  @Test
  void files_are_chosen_by_patterns() throws IOException {
    Path folder = download().files(List.of("**.json", "*.bin")).build().run();

    assertThat(names(folder))
        .containsExactly("checkpoint-1/config.json", "config.json", "pytorch_model.bin");
    assertThatThrownBy(() -> download().files(List.of("*.gguf")).build().run())
        .hasMessage("owner/name@main has no file like *.gguf");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "name",
        "a/b/c",
        "../name",
        "owner/..",
        "o--o/name",
        "owner/name@",
        "owner/n@../x",
        ""
      })
  void a_malformed_name_is_refused(String name) {
    assertThatThrownBy(() -> HubDownload.builder(name).build())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("got '");
  }

  @Test
  void null_arguments_are_named() {
    HubDownload.Builder builder = download();
    Duration second = Duration.ofSeconds(1);

    refusesNull("name", () -> HubDownload.builder(null));
    refusesNull("revision", () -> builder.revision(null));
    refusesNull("endpoint", () -> builder.endpoint(null));
    refusesNull("token", () -> builder.token(null));
    refusesNull("cache", () -> builder.cache(null));
    refusesNull("files", () -> builder.files(null));
    refusesNull("files", () -> builder.files(Arrays.asList("*.json", null)));
    refusesNull("listener", () -> builder.listener(null));
    refusesNull("connect", () -> builder.timeouts(null, second));
    refusesNull("stall", () -> builder.timeouts(second, null));
    refusesNull("environment", () -> builder.environment(null));
  }

  private static void refusesNull(String name, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(name + " must not be null");
  }
}
