package io.r1reward.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.r1reward.core.safetensors.DType;
import io.r1reward.examples.EmbeddedJudge;
import io.r1reward.examples.scenes.ScenesCommand;
import io.r1reward.examples.score.ScoreCommand;
import io.r1reward.train.SupervisedFineTuning;
import io.r1reward.train.TrainingRun;
import io.r1reward.train.model.Lora;
import io.r1reward.train.optim.LearningRateSchedule;
import io.r1reward.train.scenes.SceneTask;
import io.r1reward.train.sft.SftSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * Jobs on a standalone master with two workers, and executors that are processes of their own. Five
 * JVMs take a minute or more on two cores, so it runs when it is asked for.
 */
@EnabledIfSystemProperty(
    named = "r1reward.spark.standalone",
    matches = "true",
    disabledReason = "takes minutes on two cores; -Dr1reward.spark.standalone=true runs it")
class StandaloneTest {
  @TempDir Path folder;

  /** Which executors have done tasks; kills a worker at the end of its first task. */
  private static final class Watch extends SparkListener {
    private final Set<String> executors = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Process victim;

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      if (end.taskInfo().successful()) {
        executors.add(end.taskInfo().executorId());
      }
      Process worker = victim;
      if (worker != null) {
        worker.descendants().forEach(ProcessHandle::destroyForcibly); // its executor
        worker.destroyForcibly();
      }
    }
  }

  @Test
  void executors_of_two_workers_do_what_one_process_does_and_one_may_be_lost()
      throws IOException, InterruptedException {
    Path judge = Files.createDirectory(folder.resolve("judge"));
    EmbeddedJudge.copyTo(judge);
    run(new CommandLine(new ScenesCommand()), "--output", folder.resolve("scenes"), "--count", 4);
    Path input = folder.resolve("scenes/pairs.jsonl");
    Path alone = folder.resolve("alone.jsonl");
    try (StandaloneCluster cluster = new StandaloneCluster(folder.resolve("cluster"))) {
      cluster.worker();
      Process victim = cluster.worker();
      SparkSession spark = cluster.application();
      try {
        run(new CommandLine(new ScoreCommand()), with(judge, input, alone));
        Path trained = train(judge, "one", null);
        cluster.await(spark, 2);
        Watch watch = new Watch();
        spark.sparkContext().addSparkListener(watch);

        Path merged = folder.resolve("merged.jsonl");
        List<Object> job =
            new ArrayList<>(Arrays.asList(with(judge, input, folder.resolve("out"))));
        job.addAll(
            List.of("--image-root", input.getParent(), "--partitions", 4, "--merged", merged));
        run(ScoreJob.commandLine(), job.toArray());
        assertThat(Files.readString(merged)).isEqualTo(Files.readString(alone));
        assertThat(watch.executors).hasSize(2);

        watch.victim = victim;
        assertThat(Files.mismatch(train(judge, "spark", spark), trained)).isEqualTo(-1);
        assertThat(victim.waitFor(10, TimeUnit.SECONDS)).as("a worker was killed").isTrue();
        cluster.await(spark, 1);
      } finally {
        spark.stop();
      }
    }
  }

  /** Trains for two steps, and returns the file of the adapters. */
  private Path train(Path policy, String name, @Nullable SparkSession spark) {
    SupervisedFineTuning.Builder builder =
        SupervisedFineTuning.builder()
            .policy(policy)
            .run(folder.resolve(name))
            .lora(Lora.rank(4).dropout(0.1))
            .device("cpu")
            .threads(1)
            .exportType(DType.F32)
            .settings(
                SftSettings.builder(2)
                    .batch(6)
                    .tokenBudget(300)
                    .schedule(LearningRateSchedule.constant(1e-2))
                    .build());
    if (spark == null) {
      return fit(builder);
    }
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    try (SparkTraining cluster = new SparkTraining(context, 2)) {
      return fit(builder.cluster(cluster));
    }
  }

  private static Path fit(SupervisedFineTuning.Builder builder) {
    TrainingRun run = builder.build().fit(new SceneTask(56, 1, 2, 0.1).training(1));
    return run.adapter().resolve("adapter_model.safetensors");
  }

  private static Object[] with(Path judge, Path input, Path output) {
    return new Object[] {"--checkpoint", judge, "--input", input, "--output", output, "--votes", 2};
  }

  private static void run(CommandLine program, Object... arguments) {
    assertThat(
            program.execute(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new)))
        .isZero();
  }
}
