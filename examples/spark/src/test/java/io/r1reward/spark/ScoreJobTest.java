package io.r1reward.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.r1reward.examples.EmbeddedJudge;
import io.r1reward.examples.scenes.ScenesCommand;
import io.r1reward.examples.score.ScoreCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ScoreJobTest {
  private static final int PARTITIONS = 3;
  @TempDir static Path shared;
  private static SparkSession spark;
  private static Path input;
  private static Path judge;
  private static String expected;

  @TempDir Path folder;

  @BeforeAll
  static void start_spark_and_score_without_it() throws IOException {
    spark =
        LocalSpark.session("local[2,3]", shared)
            .config("spark.sql.shuffle.partitions", 2)
            .getOrCreate();
    judge = Files.createDirectory(shared.resolve("judge"));
    EmbeddedJudge.copyTo(judge);
    LocalSpark.run(
        new CommandLine(new ScenesCommand()), "--output", shared.resolve("scenes"), "--count", 5);
    input = shared.resolve("scenes/pairs.jsonl");
    List<String> lines = new ArrayList<>(Files.readAllLines(input));
    lines.add(2, ""); // blank, and one that cannot be judged
    lines.add("{\"id\":\"broken\",\"question\":\"q\",\"first\":\"a\"}");
    Files.write(input, lines);
    Path output = shared.resolve("scores.jsonl");
    assertThat(
            LocalSpark.run(
                    new CommandLine(new ScoreCommand()),
                    "--checkpoint",
                    judge,
                    "--input",
                    input,
                    "--output",
                    output,
                    "--votes",
                    2)
                .code())
        .isEqualTo(1);
    expected = Files.readString(output);
  }

  @AfterAll
  static void stop_spark() {
    spark.stop();
  }

  private int job(Path in, Path output, Object... more) {
    return tried(in, output, more).code();
  }

  private LocalSpark.Ran tried(Path in, Path output, Object... more) {
    List<Object> arguments =
        new ArrayList<>(
            List.of(
                "--checkpoint",
                judge,
                "--input",
                in,
                "--output",
                output,
                "--image-root",
                input.getParent(),
                "--votes",
                2,
                "--partitions",
                PARTITIONS));
    arguments.addAll(Arrays.asList(more));
    return LocalSpark.run(ScoreJob.commandLine(), arguments.toArray());
  }

  private static Path part(Path output, int partition) {
    return output.resolve(String.format("part-%05d-of-%05d", partition, PARTITIONS));
  }

  /** A partition that has lines. */
  private static int filled(Path output) throws IOException {
    for (int i = 0; i < PARTITIONS; i++) {
      if (Files.size(part(output, i)) > 0) {
        return i;
      }
    }
    throw new AssertionError("no partition has lines");
  }

  @Test
  void a_cluster_scores_to_the_bytes_of_the_program_and_goes_on_where_it_ended()
      throws IOException {
    Path output = folder.resolve("out");
    Path merged = folder.resolve("merged.jsonl");

    assertThat(job(input, output, "--merged", merged)).isEqualTo(1); // one line failed

    assertThat(Files.readString(merged)).isEqualTo(expected);

    // as a job leaves it that was killed in one partition
    int lost = filled(output);
    String lines = Files.readString(part(output, lost));
    Files.delete(part(output, lost));
    Files.deleteIfExists(output.resolve("." + part(output, lost).getFileName() + ".crc"));
    Files.writeString(output.resolve("_attempt-99-x"), "half");
    FileTime other = Files.getLastModifiedTime(part(output, (lost + 1) % PARTITIONS));
    job(input, output, "--merged", merged);
    assertThat(Files.readString(part(output, lost))).isEqualTo(lines);
    assertThat(Files.getLastModifiedTime(part(output, (lost + 1) % PARTITIONS))).isEqualTo(other);
    assertThat(Files.readString(merged)).isEqualTo(expected);
  }

  @Test
  void a_killed_task_is_done_again_to_the_same_bytes() throws IOException {
    AtomicInteger kills = new AtomicInteger();
    AtomicInteger killed = new AtomicInteger();
    SparkListener killer =
        new SparkListener() {
          @Override
          public void onTaskStart(SparkListenerTaskStart start) {
            // the first attempts of the stage that judges, which is the second of its job
            if (start.taskInfo().attemptNumber() == 0 && kills.get() < 2 && judging()) {
              kills.incrementAndGet();
              spark.sparkContext().killTaskAttempt(start.taskInfo().taskId(), true, "test");
            }
          }

          @Override
          public void onTaskEnd(SparkListenerTaskEnd end) {
            killed.addAndGet(end.taskInfo().killed() ? 1 : 0);
          }
        };
    spark.sparkContext().addSparkListener(killer);
    try {
      Path merged = folder.resolve("merged.jsonl");
      job(input, folder.resolve("out"), "--merged", merged);
      assertThat(Files.readString(merged)).isEqualTo(expected);
      assertThat(killed.get()).as("tasks that were killed").isPositive();
    } finally {
      spark.sparkContext().removeSparkListener(killer);
    }
  }

  private static boolean judging() {
    return Arrays.stream(spark.sparkContext().statusTracker().getActiveStageIds())
        .mapToObj(stage -> spark.sparkContext().statusTracker().getStageInfo(stage))
        .anyMatch(stage -> stage.isDefined() && stage.get().name().contains("fold at ScoreJob"));
  }

  @Test
  void a_table_in_parquet_scores_like_its_lines() throws IOException {
    Path table = folder.resolve("pairs.parquet");
    List<String> good =
        Files.readAllLines(input).stream()
            .filter(line -> !line.isBlank() && !line.contains("broken"))
            .toList();
    Path lines = Files.write(folder.resolve("good.jsonl"), good);
    spark.read().json(lines.toString()).coalesce(1).write().parquet(table.toString());
    Path merged = folder.resolve("merged.jsonl");

    assertThat(job(table, folder.resolve("out"), "--merged", merged)).isZero();

    assertThat(Files.readAllLines(merged))
        .isEqualTo(expected.lines().filter(line -> !line.contains("broken")).toList());
  }

  @Test
  void a_cascade_scores_to_the_bytes_of_the_program() throws IOException {
    Object[] cascade = {"--first-checkpoint", judge, "--margin", 0.9999}; // between two pairs
    List<Object> program =
        new ArrayList<>(List.of("--checkpoint", judge, "--input", input, "--votes", 2, "--output"));
    program.add(folder.resolve("alone.jsonl"));
    program.addAll(Arrays.asList(cascade));
    assertThat(LocalSpark.run(new CommandLine(new ScoreCommand()), program.toArray()).code())
        .isEqualTo(1);
    String alone = Files.readString(folder.resolve("alone.jsonl"));
    assertThat(alone).contains("\"tier\":1,\"margin\":").contains("\"tier\":2,\"margin\":");
    Path merged = folder.resolve("merged.jsonl");

    Path output = folder.resolve("out");
    assertThat(job(input, output, concat(cascade, "--merged", merged))).isEqualTo(1);

    assertThat(Files.readString(merged)).isEqualTo(alone);
    assertThat(tried(input, output).said()).contains("was made with margin");
    assertThat(tried(input, output, concat(cascade, "--first-votes", 3)).said())
        .contains("was made with votes 1, now it is 3");
    assertThat(tried(input, output, concat(cascade, "--margin", 2)).said())
        .contains("margin must be in [0, 1], got 2.0");
  }

  private static Object[] concat(Object[] some, Object... more) {
    List<Object> all = new ArrayList<>(Arrays.asList(some));
    all.addAll(Arrays.asList(more));
    return all.toArray();
  }

  @Test
  void refuses_to_go_on_in_the_results_of_another_job() throws IOException {
    Path one = Files.writeString(folder.resolve("one.jsonl"), "{\"id\":1}\n");
    Path output = folder.resolve("out");
    assertThat(job(one, output)).isEqualTo(1);
    assertThat(Files.readString(part(output, filled(output)))).startsWith("1\t{\"line\":1,");
    assertThat(job(one, output)).isZero(); // all is done

    LocalSpark.Ran votes = tried(one, output, "--votes", 5);
    assertThat(votes.code()).isEqualTo(2);
    assertThat(votes.said())
        .contains("was made with votes 2, now it is 5; give another folder")
        .doesNotContain("\tat ");
    Files.writeString(one, "{\"id\":2}\n");
    assertThat(tried(one, output).said()).contains("was made with digest");
    assertThat(tried(one, output, "--partitions", 0).said())
        .contains("--partitions must be at least 1, got 0");
    assertThat(tried(one, output, "--batch", 0).said()).contains("must be at least 1, got 0");
  }
}
