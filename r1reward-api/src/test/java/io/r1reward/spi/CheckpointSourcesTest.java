package io.r1reward.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.InvalidInputException;
import io.r1reward.RewardModel;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointSourcesTest {
  private static final List<String> FETCHED = Collections.synchronizedList(new ArrayList<>());
  private static volatile Path held = Path.of("none");

  @TempDir Path folder;

  /** Holds one folder by any name. */
  public static final class Shelf implements CheckpointSource {
    @Override
    public String prefix() {
      return "hf";
    }

    @Override
    public Path fetch(String name) {
      FETCHED.add(name);
      return held;
    }
  }

  @Test
  void a_text_without_a_known_prefix_is_a_path() throws IOException {
    Files.createFile(folder.resolve("beta"));

    assertThat(RewardModel.load(folder.toString()).info().engine()).isEqualTo("beta");
    assertThat(CheckpointSources.resolve("C:/judges")).isEqualTo(Path.of("C:/judges"));
  }

  @Test
  void a_name_of_the_hub_without_a_source_is_refused() {
    RewardModel.Builder model = RewardModel.builder().checkpoint("hf:owner/name");

    assertThatThrownBy(model::load)
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "no source of checkpoints for hf:owner/name on the class path: add r1reward-core");
  }

  @Test
  void a_text_that_is_no_path_is_refused() {
    assertThatThrownBy(() -> RewardModel.load("a\0b"))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("is no file name here");
  }

  @Test
  void a_source_is_asked_in_load_and_never_before() throws IOException {
    Files.createFile(folder.resolve("beta"));
    held = folder;
    FETCHED.clear();
    withSource(
        () -> {
          RewardModel.Builder model = RewardModel.builder().checkpoint("hf:owner/name@v1");
          assertThat(FETCHED).isEmpty();
          assertThat(model.load().info().engine()).isEqualTo("beta");
          assertThat(FETCHED).containsExactly("owner/name@v1");
          return model;
        });
  }

  @Test
  void wrong_settings_are_told_before_anything_is_fetched() throws IOException {
    FETCHED.clear();
    withSource(
        () -> {
          RewardModel.Builder model =
              RewardModel.builder().checkpoint("hf:owner/name").batchRows(0);
          assertThatThrownBy(model::load).hasMessageContaining("batchRows");
          assertThat(FETCHED).isEmpty();
          return model;
        });
  }

  @Test
  void the_checkpoint_given_last_counts() throws IOException {
    Files.createFile(folder.resolve("alpha"));
    Path other = Files.createDirectory(folder.resolve("other"));
    Files.createFile(other.resolve("beta"));

    RewardModel.Builder model = RewardModel.builder().checkpoint("hf:owner/name");
    assertThat(model.checkpoint(folder).load().info().engine()).isEqualTo("alpha");
    assertThat(model.checkpoint(other.toString()).load().info().engine()).isEqualTo("beta");
  }

  private void withSource(Supplier<RewardModel.Builder> action) throws IOException {
    Path services =
        Files.createDirectories(folder.resolve("sources").resolve("META-INF").resolve("services"));
    Files.writeString(
        services.resolve(CheckpointSource.class.getName()), Shelf.class.getName() + "\n");
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader loader =
        new URLClassLoader(
            new URL[] {folder.resolve("sources").toUri().toURL()}, getClass().getClassLoader())) {
      thread.setContextClassLoader(loader);
      assertThat(action.get()).isNotNull();
    } finally {
      thread.setContextClassLoader(before);
    }
  }
}
