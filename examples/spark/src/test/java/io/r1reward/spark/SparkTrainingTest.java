package io.r1reward.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.InvalidInputException;
import io.r1reward.core.safetensors.DType;
import io.r1reward.examples.EmbeddedJudge;
import io.r1reward.train.StableReinforce;
import io.r1reward.train.SupervisedFineTuning;
import io.r1reward.train.TrainerBuilder;
import io.r1reward.train.data.PreferenceDataset;
import io.r1reward.train.model.Lora;
import io.r1reward.train.optim.LearningRateSchedule;
import io.r1reward.train.reward.Rewards;
import io.r1reward.train.rl.RlSettings;
import io.r1reward.train.scenes.SceneTask;
import io.r1reward.train.sft.SftSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training on executors, against the same training in one process. */
class SparkTrainingTest {
  @TempDir static Path shared;
  private static SparkSession spark;
  private static Path policy;

  @TempDir Path folder;

  @BeforeAll
  static void start_spark() throws IOException {
    spark = LocalSpark.session("local[2,3]", shared).getOrCreate();
    policy = Files.createDirectory(shared.resolve("policy"));
    EmbeddedJudge.copyTo(policy);
  }

  @AfterAll
  static void stop_spark() {
    spark.stop();
  }

  private static SparkTraining cluster() {
    return new SparkTraining(JavaSparkContext.fromSparkContext(spark.sparkContext()), 2);
  }

  private static PreferenceDataset data() {
    return new SceneTask(56, 1, 2, 0.1).training(1);
  }

  private <B extends TrainerBuilder<B>> B tiny(B builder, String run) {
    return builder
        .policy(policy)
        .run(folder.resolve(run))
        .lora(Lora.rank(4).dropout(0.1))
        .device("cpu")
        .threads(1)
        .exportType(DType.F32);
  }

  private SupervisedFineTuning.Builder supervised(String run) {
    return tiny(SupervisedFineTuning.builder(), run)
        .settings(
            SftSettings.builder(2)
                .batch(6)
                .tokenBudget(300)
                .schedule(LearningRateSchedule.constant(1e-2))
                .build());
  }

  private StableReinforce.Builder reinforced(String run) {
    return tiny(StableReinforce.builder(), run)
        .reward(
            Rewards.result(input -> input.completion().chars().filter(c -> c == 'e').count() + 0.1))
        .settings(
            RlSettings.paper(2)
                .rollouts(3, 3)
                .train(5, 2)
                .maxNewTokens(6)
                .tokenBudget(600)
                .schedule(LearningRateSchedule.constant(1e-2))
                .build());
  }

  /** Kills the first attempts of some tasks as they start. */
  private static final class Killer extends SparkListener {
    private final AtomicInteger left = new AtomicInteger(2);
    private final AtomicInteger killed = new AtomicInteger();

    @Override
    public void onTaskStart(SparkListenerTaskStart start) {
      if (start.taskInfo().attemptNumber() == 0 && left.getAndDecrement() > 0) {
        spark.sparkContext().killTaskAttempt(start.taskInfo().taskId(), true, "test");
      }
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      killed.addAndGet(end.taskInfo().killed() ? 1 : 0);
    }
  }

  /** Adapters, moments and the judge, by their place in the run. */
  private void assertSameRuns(String one, String other) throws IOException {
    Map<String, Path> expected = weights(folder.resolve(one));
    Map<String, Path> actual = weights(folder.resolve(other));
    assertThat(expected.size()).as("files of weights").isGreaterThan(2);
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    for (Map.Entry<String, Path> file : expected.entrySet()) {
      assertThat(Files.mismatch(actual.get(file.getKey()), file.getValue()))
          .as(file.getKey())
          .isEqualTo(-1);
    }
  }

  private static Map<String, Path> weights(Path run) throws IOException {
    Map<String, Path> all = new TreeMap<>();
    try (Stream<Path> files = Files.walk(run)) {
      files
          .filter(file -> file.toString().endsWith(".safetensors"))
          .forEach(file -> all.put(run.relativize(file).toString(), file));
    }
    return all;
  }

  @Test
  void supervised_steps_on_executors_are_those_of_one_process_though_tasks_are_killed()
      throws IOException {
    supervised("one").build().fit(data());
    try (SparkTraining cluster = cluster()) {
      supervised("spark").cluster(cluster).build().fit(data());
    }
    assertSameRuns("one", "spark");

    Killer killer = new Killer();
    spark.sparkContext().addSparkListener(killer);
    try (SparkTraining cluster = cluster()) {
      supervised("killed").cluster(cluster).build().fit(data());
    } finally {
      spark.sparkContext().removeSparkListener(killer);
    }
    assertThat(killer.killed.get()).as("tasks that were killed").isPositive();
    assertSameRuns("one", "killed");
  }

  @Test
  void rollouts_and_updates_on_executors_are_those_of_one_process() throws IOException {
    reinforced("one").build().fit(data());
    try (SparkTraining cluster = cluster()) {
      reinforced("spark").cluster(cluster).build().fit(data());
    }
    assertSameRuns("one", "spark");
  }

  @Test
  void a_task_that_fails_is_done_again_to_the_same_bits() throws IOException {
    FailingLoss.FAILURES.set(0);
    reinforced("one").loss(new FailingLoss()).build().fit(data());
    FailingLoss.FAILURES.set(1);
    try (SparkTraining cluster = cluster()) {
      reinforced("spark").loss(new FailingLoss()).cluster(cluster).build().fit(data());
    }
    assertThat(FailingLoss.FAILURES.get()).isLessThanOrEqualTo(0);
    assertSameRuns("one", "spark");
  }

  @Test
  void a_cluster_of_no_slots_is_refused() {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    assertThatThrownBy(() -> new SparkTraining(context, 0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("slots must be at least 1, got 0");
  }
}
