package io.r1reward.train.parallel;

import io.r1reward.train.model.GradientExchange;
import io.r1reward.train.model.NetworkSettings;
import io.r1reward.train.model.PolicyNetwork;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * Other processes that do the work of a step, each on its own copy of the policy. The trainer keeps
 * one network, which is stepped and saved; what the others need of it goes with the tasks.
 */
@API(status = API.Status.EXPERIMENTAL)
public interface TrainingCluster {
  /**
   * The network that every process loads for itself.
   *
   * @param checkpoint folder of the policy, which every process sees at this place
   * @param settings of the network; a process may replace the device
   */
  record Base(String checkpoint, NetworkSettings settings) implements Serializable {}

  /**
   * What a task has done.
   *
   * @param result of the task
   * @param gradients what it alone has added, in the order of the trained parameters and without
   *     those that got none; null where it added nothing
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Outcome<R>(R result, float @Nullable [][] gradients) implements Serializable {

    /**
     * Does a task on a network that nobody else uses meanwhile, and forgets what one before may
     * have left there.
     */
    public static <R> Outcome<R> of(StepTask<R> task, PolicyNetwork network) {
      GradientExchange.discard(network);
      R result = task.on(network);
      float[][] gradients = GradientExchange.take(network);
      boolean any = Arrays.stream(gradients).anyMatch(Objects::nonNull);
      return new Outcome<>(result, any ? gradients : null);
    }
  }

  /** Gets the outcomes of tasks. */
  @FunctionalInterface
  interface Receiver<R> {
    /** Takes the next outcome. */
    void take(Outcome<R> outcome);
  }

  /** Returns how many tasks are done at a time. */
  int slots();

  /**
   * Does tasks on networks that are trained like one and have its weights. A task that is lost with
   * its process is done again.
   *
   * @param policy whose weights count; it is not changed
   * @param receiver gets the outcomes in the order of the tasks, on the calling thread
   */
  <R> void run(
      Base base, PolicyNetwork policy, List<? extends StepTask<R>> tasks, Receiver<R> receiver);
}
