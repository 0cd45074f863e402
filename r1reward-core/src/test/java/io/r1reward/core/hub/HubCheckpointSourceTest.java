package io.r1reward.core.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.CheckpointException;
import io.r1reward.InvalidInputException;
import io.r1reward.PreferencePair;
import io.r1reward.RewardModel;
import io.r1reward.Sampling;
import io.r1reward.ScoreRequest;
import io.r1reward.core.testing.Reference;
import io.r1reward.spi.CheckpointSource;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code RewardModel.load("hf:…")} with the true source, engine and a hub on this machine. */
class HubCheckpointSourceTest {
  private static final String TINY = "qwen25vl-tiny";
  private static volatile Map<String, String> environment = Map.of();

  @TempDir Path folder;

  private final LoopbackHub hub = new LoopbackHub();
  private URL services;

  /** The true source, in another environment than this process has. */
  public static final class OfLoopback implements CheckpointSource {
    private final CheckpointSource source = new HubCheckpointSource(environment);

    @Override
    public String prefix() {
      return source.prefix();
    }

    @Override
    public Path fetch(String name) {
      return source.fetch(name);
    }
  }

  /** Names another source of checkpoints than the class path does. */
  private static final class Services extends ClassLoader {
    private static final String FILE = "META-INF/services/" + CheckpointSource.class.getName();
    private final URL services;

    Services(URL services, ClassLoader parent) {
      super(parent);
      this.services = services;
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
      return name.equals(FILE)
          ? Collections.enumeration(Collections.singleton(services))
          : super.getResources(name);
    }
  }

  @BeforeEach
  void serve_a_checkpoint() throws IOException {
    try (Stream<Path> files = Files.list(Reference.path(TINY))) {
      for (Path file : files.toList()) {
        hub.with(String.valueOf(file.getFileName()), Files.readAllBytes(file));
      }
    }
    environment =
        Map.of(
            "HF_ENDPOINT",
            hub.endpoint(),
            "HF_HOME",
            folder.resolve("home").toString(),
            "HF_TOKEN",
            "hf_secret");
    hub.token = "hf_secret";
    services =
        Files.writeString(folder.resolve("services"), OfLoopback.class.getName()).toUri().toURL();
  }

  @AfterEach
  void stop() {
    hub.close();
  }

  /** Sets up the thread that loads: a test need not be the one that prepared it. */
  private RewardModel load(String checkpoint) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(new Services(services, before));
    try {
      return RewardModel.load(checkpoint);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static String reasoning(RewardModel model) {
    PreferencePair pair =
        PreferencePair.builder().question("How many?").first("Two.").second("Three.").build();
    return model
        .score(
            ScoreRequest.builder(pair)
                .sampling(Sampling.builder().maxNewTokens(6).seed(3).build())
                .build())
        .toString();
  }

  @Test
  void the_class_path_names_the_source_of_the_hub() {
    assertThat(ServiceLoader.load(CheckpointSource.class).stream().map(s -> s.type().getName()))
        .containsExactly(HubCheckpointSource.class.getName());
  }

  @Test
  void a_judge_of_the_hub_judges_as_its_folder_does() {
    String expected;
    try (RewardModel model = RewardModel.load(Reference.path(TINY))) {
      expected = reasoning(model);
    }
    assertThat(hub.atHub).isEmpty();

    try (RewardModel model = load("hf:owner/name@main")) {
      assertThat(reasoning(model)).isEqualTo(expected);
    }

    assertThat(folder.resolve("home/hub/models--owner--name/refs/main"))
        .hasContent(LoopbackHub.SHA);
    assertThat(hub.contents()).contains("config.json", "model.safetensors", "merges.txt");
  }

  @Test
  void a_name_of_no_repository_opens_nothing() {
    assertThatThrownBy(() -> load("hf:owner/other"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("answers 404 for owner/other@main");
    assertThatThrownBy(() -> load("hf:other"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("got 'other'");
  }
}
