package io.r1reward.spark;

import io.r1reward.core.checkpoint.Checkpoint;
import io.r1reward.core.torch.jni.Torch;
import io.r1reward.train.model.GradientExchange;
import io.r1reward.train.model.NetworkRole;
import io.r1reward.train.model.NetworkSettings;
import io.r1reward.train.model.PolicyNetwork;
import io.r1reward.train.parallel.StepTask;
import io.r1reward.train.parallel.TrainingCluster;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.spark.TaskContext;
import org.jspecify.annotations.Nullable;

/**
 * The networks of this process that are trained: one for each policy, settings and device, which
 * stays open until the process ends. Tasks on the same device take turns. Thread-safe.
 */
final class ProcessNetworks {
  private static final Map<TrainingCluster.Base, Slot> OPEN = new HashMap<>();

  /** A network that one task uses at a time. */
  private static final class Slot {
    private @Nullable PolicyNetwork network;
    private @Nullable UUID version;
  }

  private ProcessNetworks() {}

  /** Does a task on the network of this process, with these adapters. */
  static <R> TrainingCluster.Outcome<R> work(
      TrainingCluster.Base base,
      SparkTraining.Adapters adapters,
      StepTask<R> work,
      TaskContext task) {
    String device = ProcessJudges.device(base.settings().device(), task);
    NetworkSettings settings = base.settings().withDevice(device);
    Slot slot = slot(new TrainingCluster.Base(base.checkpoint(), settings));
    synchronized (slot) {
      task.killTaskIfInterrupted();
      PolicyNetwork network = slot.network;
      if (network == null) {
        network = open(base.checkpoint(), settings);
        slot.network = network;
      }
      Torch.prepareThread(settings.threads());
      if (!adapters.version().equals(slot.version)) {
        slot.version = null; // should it fail half-way
        GradientExchange.set(network, adapters.values());
        slot.version = adapters.version();
      }
      return TrainingCluster.Outcome.of(work, network);
    }
  }

  private static Slot slot(TrainingCluster.Base base) {
    synchronized (OPEN) {
      return OPEN.computeIfAbsent(base, key -> new Slot());
    }
  }

  private static PolicyNetwork open(String folder, NetworkSettings settings) {
    try (Checkpoint checkpoint = Checkpoint.open(Path.of(folder))) {
      return PolicyNetwork.load(checkpoint, settings, NetworkRole.REPLICA, 0);
    }
  }
}
