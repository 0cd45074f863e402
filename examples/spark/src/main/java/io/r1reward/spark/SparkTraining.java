package io.r1reward.spark;

import io.r1reward.InvalidInputException;
import io.r1reward.train.model.GradientExchange;
import io.r1reward.train.model.PolicyNetwork;
import io.r1reward.train.parallel.StepTask;
import io.r1reward.train.parallel.TrainingCluster;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.jspecify.annotations.Nullable;

/**
 * Executors that do the work of training steps. Each process opens the policy once, on the GPU that
 * Spark gives its task where the settings say {@code auto}; adapters are broadcast when they have
 * changed, and every micro-batch sends its gradients back. Spark does a task again that was lost,
 * which gives the same numbers. Not thread-safe; {@link #close} takes back what was broadcast.
 */
public final class SparkTraining implements TrainingCluster, AutoCloseable {
  private final JavaSparkContext spark;
  private final int slots;
  private @Nullable Broadcast<Adapters> sent;

  /** The trained weights as they are between two steps. */
  @SuppressWarnings("ArrayRecordComponent")
  record Adapters(UUID version, float[][] values) implements Serializable {}

  /**
   * A cluster.
   *
   * @param spark of the running application
   * @param slots tasks that the executors do at a time: rollouts are cut into so many
   */
  public SparkTraining(JavaSparkContext spark, int slots) {
    if (slots < 1) {
      throw new InvalidInputException("slots must be at least 1, got " + slots);
    }
    this.spark = spark;
    this.slots = slots;
  }

  @Override
  public int slots() {
    return slots;
  }

  @Override
  public <R> void run(
      Base base, PolicyNetwork policy, List<? extends StepTask<R>> tasks, Receiver<R> receiver) {
    if (tasks.isEmpty()) {
      return;
    }
    Broadcast<Adapters> adapters = adapters(policy);
    List<StepTask<R>> all = new ArrayList<>(tasks);
    List<Outcome<R>> outcomes =
        spark
            .parallelize(all, all.size())
            .map(task -> ProcessNetworks.work(base, adapters.value(), task, TaskContext.get()))
            .collect();
    outcomes.forEach(receiver::take);
  }

  /** Returns the adapters on their way to the executors; those that have not changed are there. */
  private Broadcast<Adapters> adapters(PolicyNetwork policy) {
    float[][] now = GradientExchange.weights(policy);
    Broadcast<Adapters> last = sent;
    if (last != null && Arrays.deepEquals(last.value().values(), now)) {
      return last;
    }
    close();
    Broadcast<Adapters> next = spark.broadcast(new Adapters(UUID.randomUUID(), now));
    sent = next;
    return next;
  }

  @Override
  public void close() {
    Broadcast<Adapters> last = sent;
    sent = null;
    if (last != null) {
      last.destroy();
    }
  }
}
