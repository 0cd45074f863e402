package io.r1reward.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.CheckpointException;
import io.r1reward.EngineException;
import io.r1reward.InvalidInputException;
import io.r1reward.MediaFetcher;
import io.r1reward.ModelListener;
import io.r1reward.RewardModel;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProvidersTest {

  @TempDir Path folder;

  @Test
  void the_first_provider_that_recognises_the_folder_opens_it() throws IOException {
    Files.createFile(folder.resolve("beta"));
    assertThat(RewardModel.load(folder).info().engine()).isEqualTo("beta");

    Files.createFile(folder.resolve("alpha"));
    assertThat(RewardModel.load(folder).info().engine()).isEqualTo("alpha");
  }

  @Test
  void a_wanted_engine_is_asked_without_regard_to_recognition() {
    RewardModel model = RewardModel.builder().checkpoint(folder).engine("beta").load();

    assertThat(model.info().engine()).isEqualTo("beta");
  }

  @Test
  void every_setting_of_the_builder_reaches_the_provider() throws IOException {
    Files.createFile(folder.resolve("alpha"));
    MediaFetcher fetcher = uri -> null;

    ModelListener listener = new ModelListener() {};
    MarkerProvider.Loaded model =
        (MarkerProvider.Loaded)
            RewardModel.builder()
                .checkpoint(folder)
                .device("cuda:1")
                .dtype("float32")
                .maxPixels(501_760)
                .batchRows(4)
                .queueCapacity(5)
                .threads(6)
                .selfCheck(false)
                .prefixCache(7)
                .lookahead(false)
                .mediaFetcher(fetcher)
                .modelListener(listener)
                .option("protocol", "other")
                .load();

    assertThat(model.checkpoint()).isEqualTo(folder);
    assertThat(model.settings())
        .isEqualTo(
            new ModelSettings(
                null,
                "cuda:1",
                "float32",
                501_760,
                4,
                5,
                6,
                false,
                7,
                false,
                fetcher,
                null,
                listener,
                Map.of("protocol", "other")));
  }

  @Test
  void a_folder_that_is_none_is_named() throws IOException {
    Path missing = folder.resolve("missing");
    assertThatThrownBy(() -> RewardModel.load(missing))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("checkpoint folder " + missing + " does not exist");

    Path file = Files.createFile(folder.resolve("model.safetensors"));
    assertThatThrownBy(() -> RewardModel.load(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessage("checkpoint folder " + file + " is a file, not a folder");
  }

  @Test
  void a_folder_nobody_recognises_is_refused_with_the_engines_that_looked() {
    assertThatThrownBy(() -> RewardModel.load(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("no engine recognises " + folder)
        .hasMessageEndingWith("engines on the class path: [alpha, beta]");
  }

  @Test
  void an_engine_that_is_not_there_is_refused_with_those_that_are() {
    assertThatThrownBy(() -> RewardModel.builder().checkpoint(folder).engine("onnx").load())
        .isInstanceOf(EngineException.class)
        .hasMessage("no engine named onnx on the class path, found [alpha, beta]");
  }

  @Test
  void an_option_that_the_engine_does_not_know_is_refused_by_name() throws IOException {
    Files.createFile(folder.resolve("alpha"));
    assertThatThrownBy(
            () -> RewardModel.builder().checkpoint(folder).option("wieghts", "packed").load())
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("engine alpha has no option named wieghts");
  }

  @Test
  void providers_are_found_from_a_thread_without_class_loader() throws IOException {
    Files.createFile(folder.resolve("alpha"));

    assertThat(withClassLoader(new ClassLoader(null) {}, () -> RewardModel.load(folder)).info())
        .extracting("engine")
        .isEqualTo("alpha");
  }

  @Test
  void a_provider_that_cannot_be_made_is_an_engine_failure() throws IOException {
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    Files.writeString(
        services.resolve("io.r1reward.spi.RewardModelProvider"), "org.example.Missing\n");
    try (URLClassLoader broken =
        new URLClassLoader(new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {

      assertThatThrownBy(() -> withClassLoader(broken, () -> RewardModel.load(folder)))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("org.example.Missing");
    }
  }

  private static RewardModel withClassLoader(ClassLoader loader, Supplier<RewardModel> action) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      return action.get();
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
