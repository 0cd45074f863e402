package io.r1reward.train.kill;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.r1reward.train.TinyTask;
import io.r1reward.train.kill.Victim.Moment;
import io.r1reward.train.metrics.Metric;
import io.r1reward.train.run.RunCheckpoints;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills training processes with SIGKILL and lets the next one go on. */
class KilledRunTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<Metric> OF_THE_CLOCK =
      List.of(
          Metric.SAMPLES_PER_SECOND,
          Metric.TOKENS_PER_SECOND,
          Metric.ROLLOUT_TOKENS_PER_SECOND,
          Metric.SECONDS_LEFT);

  @TempDir Path temp;

  /** Runs a child until it says where it is, and kills it. */
  private void kill(String run, Path folder, Moment moment) throws Exception {
    Path errors = temp.resolve("errors.txt");
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Djava.awt.headless=true",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-Dai.djl.offline=true",
                "-cp",
                System.getProperty("java.class.path"),
                Victim.class.getName(),
                run,
                TinyTask.CHECKPOINT.toString(),
                folder.toString(),
                moment.name())
            .redirectError(errors.toFile())
            .start();
    try (BufferedReader said = child.inputReader(StandardCharsets.UTF_8)) {
      assertThat(said.readLine())
          .as("%s at %s: %s", run, moment, Files.readString(errors))
          .isEqualTo(Victim.HERE);
    } finally {
      child.destroyForcibly();
    }
    assertThat(child.waitFor()).as("%s at %s", run, moment).isNotZero();
  }

  @Test
  void reinforcement_goes_on_as_if_nothing_had_happened() throws Exception {
    Path whole = Files.createDirectory(temp.resolve("whole"));
    Victim.reinforceUndisturbed(TinyTask.CHECKPOINT, whole);

    Path folder = Files.createDirectory(temp.resolve("killed"));
    Path root = folder.resolve("checkpoints");
    kill("reinforce", folder, Moment.ROLLOUT);
    assertThat(names(root)).containsExactly("step-0000000001");
    assertThat(metrics(folder)).hasSize(1);

    kill("reinforce", folder, Moment.OPTIMISER);
    assertThat(names(root)).containsExactly("step-0000000001");
    assertThat(metrics(folder)).hasSize(1);

    kill("reinforce", folder, Moment.WRITING);
    assertThat(names(root)).containsExactly(".unfinished-step-0000000002", "step-0000000001");
    assertThat(files(root.resolve(".unfinished-step-0000000002"))).hasSize(1);
    assertThat(newest(root)).isEqualTo(1);

    kill("reinforce", folder, Moment.WRITTEN);
    assertThat(names(root)).containsExactly(".unfinished-step-0000000002", "step-0000000001");
    assertThat(names(root.resolve(".unfinished-step-0000000002")))
        .containsExactly("optimiser.safetensors", "run-state.json", "trained.safetensors");
    assertThat(newest(root)).isEqualTo(1);

    kill("reinforce", folder, Moment.REMOVING);
    assertThat(names(root))
        .containsExactly(".unfinished-removed-step-0000000001", "step-0000000002");
    assertThat(newest(root)).isEqualTo(2);

    kill("reinforce", folder, Moment.EXPORT);
    assertThat(names(root)).containsExactly("step-0000000003");
    assertThat(folder.resolve("judge")).doesNotExist();

    Victim.reinforceUndisturbed(TinyTask.CHECKPOINT, folder);
    assertThat(metrics(folder)).hasSize(3).isEqualTo(metrics(whole));
    assertThat(names(folder)).containsExactly("checkpoints", "judge", "metrics.jsonl");
    assertThat(folder.resolve("judge/model.safetensors"))
        .hasSameBinaryContentAs(whole.resolve("judge/model.safetensors"));
  }

  @Test
  void fine_tuning_goes_on_as_if_nothing_had_happened() throws Exception {
    Path whole = Files.createDirectory(temp.resolve("whole"));
    Victim.fineTuneUndisturbed(TinyTask.CHECKPOINT, whole);

    Path folder = Files.createDirectory(temp.resolve("killed"));
    Path root = folder.resolve("checkpoints");
    kill("fine-tune", folder, Moment.OPTIMISER);
    assertThat(names(root)).containsExactly("step-0000000002");
    assertThat(metrics(folder)).hasSize(3);

    kill("fine-tune", folder, Moment.WRITING);
    assertThat(names(root)).containsExactly(".unfinished-step-0000000004", "step-0000000002");
    assertThat(newest(root)).isEqualTo(2);

    Victim.fineTuneUndisturbed(TinyTask.CHECKPOINT, folder);
    assertThat(metrics(folder)).hasSize(6).isEqualTo(metrics(whole));
    assertThat(names(root)).containsExactly("step-0000000006");
    assertThat(root.resolve("step-0000000006/optimiser.safetensors"))
        .hasSameBinaryContentAs(whole.resolve("checkpoints/step-0000000006/optimiser.safetensors"));
  }

  private static long newest(Path root) {
    return new RunCheckpoints(root, 1)
        .latest()
        .map(RunCheckpoints.Saved::state)
        .map(state -> state.step())
        .orElse(0L);
  }

  private static List<String> names(Path folder) throws IOException {
    return files(folder).stream().map(path -> path.getFileName().toString()).toList();
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    }
  }

  /** The reports of all steps, without what the clock says. */
  private static List<JsonNode> metrics(Path folder) throws IOException {
    List<JsonNode> reports = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("metrics.jsonl"))) {
      ObjectNode report = (ObjectNode) JSON.readTree(line);
      OF_THE_CLOCK.forEach(metric -> report.remove(metric.key()));
      reports.add(report);
    }
    return reports;
  }
}
