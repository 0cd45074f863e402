package io.r1reward.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableSortedMap;
import io.r1reward.CheckpointException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunCheckpointsTest {
  @TempDir Path temp;

  private static RunState state(long step, double score) {
    return new RunState(
        step,
        step * 16,
        score,
        ImmutableSortedMap.of("lr", "1e-6", "seed", "1"),
        ImmutableSortedMap.of("kl", 0.1 + 0.2, "nan", Double.NaN));
  }

  private static void weights(Path folder) throws IOException {
    Files.createDirectory(folder.resolve("model"));
    Files.writeString(folder.resolve("model/weights"), "w");
  }

  private List<String> names(Path root) throws IOException {
    try (Stream<Path> entries = Files.list(root)) {
      return entries.map(p -> p.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void state_comes_back_to_the_last_bit() {
    RunCheckpoints checkpoints = new RunCheckpoints(temp.resolve("run"), 2);
    assertThat(checkpoints.latest()).isEmpty();
    Path folder = checkpoints.save(state(3, 0.7), RunCheckpointsTest::weights);
    RunCheckpoints.Saved saved = checkpoints.latest().orElseThrow();
    assertThat(saved.folder()).isEqualTo(folder);
    assertThat(saved.state()).isEqualTo(state(3, 0.7));
    assertThat(folder.resolve("model/weights")).hasContent("w");
  }

  @Test
  void keeps_the_last_ones_and_the_best() throws IOException {
    RunCheckpoints checkpoints = new RunCheckpoints(temp, 2);
    double[] scores = {0.5, 0.9, Double.NaN, 0.8, 0.7, 0.9};
    for (int i = 0; i < scores.length; i++) {
      checkpoints.save(state(i + 1, scores[i]), RunCheckpointsTest::weights);
    }
    assertThat(names(temp))
        .containsExactly("step-0000000002", "step-0000000005", "step-0000000006");
    assertThat(checkpoints.best().orElseThrow().state().step()).isEqualTo(2);
    assertThat(checkpoints.latest().orElseThrow().state().step()).isEqualTo(6);
  }

  @Test
  void failure_while_writing_leaves_the_previous_one_and_is_cleaned_up() throws IOException {
    RunCheckpoints checkpoints = new RunCheckpoints(temp, 1);
    checkpoints.save(state(1, 0.5), RunCheckpointsTest::weights);
    assertThatThrownBy(
            () ->
                checkpoints.save(
                    state(2, 0.6),
                    folder -> {
                      weights(folder);
                      throw new IOException("disk full");
                    }))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("step-0000000002")
        .hasMessageContaining("disk full");
    assertThat(checkpoints.latest().orElseThrow().state().step()).isEqualTo(1);
    assertThat(names(temp)).containsExactly("step-0000000001");

    checkpoints.save(state(2, 0.6), RunCheckpointsTest::weights);
    assertThat(names(temp)).containsExactly("step-0000000002");
  }

  @Test
  void same_step_is_replaced() {
    RunCheckpoints checkpoints = new RunCheckpoints(temp, 1);
    checkpoints.save(state(1, 0.5), RunCheckpointsTest::weights);
    checkpoints.save(state(1, 0.6), RunCheckpointsTest::weights);
    assertThat(checkpoints.all()).hasSize(1);
    assertThat(checkpoints.latest().orElseThrow().state().score()).isEqualTo(0.6);
  }

  @Test
  void refuses_to_resume_with_other_settings() {
    RunState state = state(1, 0);
    state.requireSettings(Map.of("lr", "1e-6", "seed", "1"));
    assertThatThrownBy(() -> state.requireSettings(Map.of("lr", "2e-6", "batch", "8", "seed", "1")))
        .hasMessage(
            "cannot resume with other settings: {batch=(none) in the checkpoint, 8 now,"
                + " lr=1e-6 in the checkpoint, 2e-6 now}");
  }

  @Test
  void names_a_state_file_that_was_changed() throws IOException {
    RunCheckpoints checkpoints = new RunCheckpoints(temp, 1);
    Path file =
        checkpoints.save(state(1, 0), RunCheckpointsTest::weights).resolve("run-state.json");
    Files.writeString(file, Files.readString(file).replace("1e-6", "1e-5"));
    assertThatThrownBy(checkpoints::latest)
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("run-state.json: settings do not match their SHA-256");
    Files.writeString(file, "{");
    assertThatThrownBy(checkpoints::latest).hasMessageContaining("cannot read");
  }
}
