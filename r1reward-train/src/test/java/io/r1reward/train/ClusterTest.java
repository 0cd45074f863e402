package io.r1reward.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.InvalidInputException;
import io.r1reward.core.checkpoint.Checkpoint;
import io.r1reward.core.safetensors.DType;
import io.r1reward.train.metrics.Metric;
import io.r1reward.train.metrics.StepReport;
import io.r1reward.train.model.GradientExchange;
import io.r1reward.train.model.Lora;
import io.r1reward.train.model.NetworkRole;
import io.r1reward.train.model.PolicyNetwork;
import io.r1reward.train.optim.LearningRateSchedule;
import io.r1reward.train.parallel.StepTask;
import io.r1reward.train.parallel.TrainingCluster;
import io.r1reward.train.reward.Rewards;
import io.r1reward.train.rl.RlSettings;
import io.r1reward.train.scalar.ScalarSettings;
import io.r1reward.train.sft.SftSettings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Work that crosses a process's border as bytes, against one network that does all the work. */
class ClusterTest {
  private static final Lora ADAPTERS = Lora.rank(4).dropout(0.1);

  @TempDir Path folder;

  /** Two networks that get everything as bytes, in an order that is not that of the tasks. */
  private static final class BytesCluster implements TrainingCluster {
    private int tasks;

    @Override
    public int slots() {
      return 2;
    }

    @Override
    public <R> void run(
        Base base, PolicyNetwork policy, List<? extends StepTask<R>> tasks, Receiver<R> receiver) {
      Base there = copy(base);
      List<PolicyNetwork> networks = new ArrayList<>();
      try (Checkpoint checkpoint = Checkpoint.open(Path.of(there.checkpoint()))) {
        for (int i = 0; i < slots(); i++) {
          PolicyNetwork network =
              PolicyNetwork.load(checkpoint, there.settings(), NetworkRole.REPLICA, 99);
          GradientExchange.set(network, copy(GradientExchange.weights(policy)));
          networks.add(network);
        }
        List<Integer> order = new ArrayList<>(IntStream.range(0, tasks.size()).boxed().toList());
        Collections.reverse(order);
        Map<Integer, Outcome<R>> outcomes = new TreeMap<>();
        for (int i : order) {
          StepTask<R> task = copy(tasks.get(i));
          outcomes.put(i, copy(Outcome.of(task, networks.get(i % slots()))));
        }
        this.tasks += tasks.size();
        outcomes.values().forEach(receiver::take);
      } finally {
        networks.forEach(PolicyNetwork::close);
      }
    }

    @SuppressWarnings({"unchecked", "BanSerializableRead"})
    private static <T> T copy(T value) {
      try {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
          out.writeObject(value);
        }
        try (ObjectInputStream in =
            new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
          return (T) in.readObject();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (ClassNotFoundException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private <B extends TrainerBuilder<B>> B tiny(B builder, String run) {
    return builder
        .policy(TinyTask.CHECKPOINT)
        .run(folder.resolve(run))
        .lora(ADAPTERS)
        .device("cpu")
        .threads(1)
        .exportType(DType.F32);
  }

  private static SftSettings sft(long steps) {
    return SftSettings.builder(steps)
        .batch(6)
        .tokenBudget(600)
        .schedule(LearningRateSchedule.constant(1e-2))
        .build();
  }

  private static RlSettings rl() {
    return RlSettings.paper(2)
        .rollouts(3, 3)
        .train(5, 2)
        .maxNewTokens(6)
        .tokenBudget(600)
        .schedule(LearningRateSchedule.constant(1e-2))
        .build();
  }

  /** Bytes of everything that a run has written, but what has the time or folders in it. */
  private static Map<String, List<Byte>> weights(Path run) throws IOException {
    Map<String, List<Byte>> all = new TreeMap<>();
    try (Stream<Path> files = Files.walk(run)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".safetensors")).toList()) {
        List<Byte> bytes = new ArrayList<>();
        for (byte b : Files.readAllBytes(file)) {
          bytes.add(b);
        }
        all.put(run.relativize(file).toString(), bytes);
      }
    }
    return all;
  }

  private void assertSameRuns(String one, String other) throws IOException {
    Map<String, List<Byte>> expected = weights(folder.resolve(one));
    assertThat(expected.size()).as("files of weights").isGreaterThan(2);
    Map<String, List<Byte>> actual = weights(folder.resolve(other));
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    expected.forEach((name, bytes) -> assertThat(actual.get(name).equals(bytes)).as(name).isTrue());
  }

  @Test
  void supervised_steps_on_a_cluster_are_those_of_one_process_to_the_last_bit() throws IOException {
    for (boolean bfloat16 : new boolean[] {false, true}) {
      String name = "sft-" + bfloat16;
      List<StepReport> reports = new ArrayList<>();
      BytesCluster cluster = new BytesCluster();
      tiny(SupervisedFineTuning.builder(), name + "-one")
          .bfloat16(bfloat16)
          .settings(sft(3))
          .listener(reports::add)
          .build()
          .fit(TinyTask.data());
      tiny(SupervisedFineTuning.builder(), name + "-cluster")
          .bfloat16(bfloat16)
          .cluster(cluster)
          .settings(sft(3))
          .build()
          .fit(TinyTask.data());

      assertSameRuns(name + "-one", name + "-cluster");
      assertThat(cluster.tasks).as("micro-batches").isGreaterThan(3 * 2);
      assertThat(reports.get(2).value(Metric.SFT_LOSS))
          .isLessThan(reports.get(0).value(Metric.SFT_LOSS) - 0.01);
    }
  }

  @Test
  void rollouts_and_updates_on_a_cluster_are_those_of_one_process_to_the_last_bit()
      throws IOException {
    Rewards letters =
        Rewards.result(input -> input.completion().chars().filter(c -> c == 'e').count() + 0.1);
    List<StepReport> reports = new ArrayList<>();
    tiny(StableReinforce.builder(), "one")
        .reward(letters)
        .settings(rl())
        .listener(reports::add)
        .build()
        .fit(TinyTask.data());
    tiny(StableReinforce.builder(), "cluster")
        .reward(letters)
        .cluster(new BytesCluster())
        .settings(rl())
        .build()
        .fit(TinyTask.data());

    assertSameRuns("one", "cluster");
    assertThat(reports.get(1).value(Metric.GRADIENT_NORM)).isPositive();
  }

  @Test
  void what_a_cluster_cannot_train_is_refused() {
    assertThatThrownBy(
            () ->
                SupervisedFineTuning.builder()
                    .policy(TinyTask.CHECKPOINT)
                    .run(folder.resolve("whole"))
                    .device("cpu")
                    .cluster(new BytesCluster())
                    .settings(sft(1))
                    .build()
                    .fit(TinyTask.data()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("a cluster trains adapters (lora), none were given");
    assertThatThrownBy(
            () ->
                tiny(SupervisedFineTuning.builder(), "devices")
                    .devices("cpu", "cpu")
                    .cluster(new BytesCluster())
                    .settings(sft(1))
                    .build()
                    .fit(TinyTask.data()))
        .hasMessage("beside a cluster training takes 1 device, got [cpu, cpu]");
    assertThatThrownBy(
            () ->
                tiny(ScalarFineTuning.builder(), "scalar")
                    .cluster(new BytesCluster())
                    .settings(ScalarSettings.builder(1).build())
                    .build()
                    .fit(TinyTask.data()))
        .hasMessage("scalar models are not trained on a cluster, one was given");
  }
}
