package io.r1reward.core.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.CancelledException;
import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that falls silent, and a thread that is interrupted meanwhile. */
@Timeout(60)
class HubInterruptTest {
  private static final String WEIGHTS = "model.safetensors";
  private static final int BYTES = 300_000;
  private static final int CUT = 100_000;

  @TempDir Path cache;

  private final LoopbackHub hub = new LoopbackHub().with(WEIGHTS, new byte[BYTES]);

  @AfterEach
  void stop() {
    hub.close();
  }

  private HubDownload.Builder download() {
    return HubDownload.builder("owner/name")
        .environment(Map.of("HF_TOKEN_PATH", cache.resolve("no token").toString()))
        .endpoint(hub.endpoint())
        .cache(cache);
  }

  private Path part() {
    return cache
        .resolve("models--owner--name/blobs")
        .resolve(LoopbackHub.sha256(new byte[BYTES]) + ".r1reward.incomplete");
  }

  @Test
  void a_body_that_stalls_is_asked_for_again_from_where_it_stopped() {
    hub.stalls = true;
    hub.cuts.add(CUT);
    List<Duration> pauses = new CopyOnWriteArrayList<>();

    Path folder =
        download()
            .timeouts(Duration.ofSeconds(30), Duration.ofSeconds(2))
            .pauses(pauses::add)
            .build()
            .run();

    assertThat(folder.resolve(WEIGHTS)).hasBinaryContent(new byte[BYTES]);
    assertThat(hub.atStore).extracting("range").startsWith("null").contains("bytes=" + CUT + "-");
    assertThat(pauses).startsWith(Duration.ofSeconds(1));
  }

  @Test
  void a_body_that_never_goes_on_is_given_up_with_the_limit() {
    assertThatThrownBy(() -> new ReceivedBody().next(Duration.ofSeconds(1)))
        .isInstanceOf(HttpTimeoutException.class)
        .hasMessage("no byte came for 1 s");
  }

  @Test
  void a_thread_that_is_interrupted_ends_while_it_waits_for_bytes() throws Exception {
    hub.stalls = true;
    hub.cuts.add(CUT);
    CountDownLatch begun = new CountDownLatch(1);
    AtomicReference<Object> end = new AtomicReference<>();
    AtomicBoolean flag = new AtomicBoolean();
    HubDownload download =
        download()
            .listener(
                (file, done, total) -> {
                  if (done == CUT) {
                    begun.countDown();
                  }
                })
            .build();
    Thread thread =
        new Thread(
            () -> {
              try {
                end.set(download.run());
              } catch (CancelledException e) {
                end.set(e);
              }
              flag.set(Thread.currentThread().isInterrupted());
            });
    thread.start();
    begun.await();
    thread.interrupt();
    thread.join();

    assertThat(end.get()).isInstanceOf(CancelledException.class);
    assertThat(flag).isTrue();
    assertThat(part()).hasSize(CUT);
    assertThat(hub.atStore).hasSize(1);

    hub.stalls = false;
    Path folder = download().build().run();
    assertThat(folder.resolve(WEIGHTS)).hasBinaryContent(new byte[BYTES]);
    assertThat(hub.atStore.get(1).range()).isEqualTo("bytes=" + CUT + "-");
  }

  @Test
  void a_thread_that_is_interrupted_already_begins_nothing() throws IOException {
    HubDownload download = download().build();
    Thread.currentThread().interrupt();

    assertThatThrownBy(download::run).isInstanceOf(CancelledException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(Files.exists(part())).isFalse();
    assertThat(hub.contents()).isEmpty();
  }
}
