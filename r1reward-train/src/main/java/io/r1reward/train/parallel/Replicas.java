package io.r1reward.train.parallel;

import com.google.common.collect.ImmutableList;
import io.r1reward.InvalidInputException;
import io.r1reward.core.checkpoint.Checkpoint;
import io.r1reward.train.encode.MicroBatches;
import io.r1reward.train.model.GradientExchange;
import io.r1reward.train.model.NetworkRole;
import io.r1reward.train.model.NetworkSettings;
import io.r1reward.train.model.PolicyNetwork;
import io.r1reward.train.model.TrainingRow;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Networks with the same weights, one per device, that share the work of a step. Gradients stay
 * where they were computed until {@link io.r1reward.train.model.NetworkOptimiser} sums them, steps
 * the first network and hands its weights to the others. Not thread-safe: one caller at a time,
 * whose own thread works for the first replica.
 */
public final class Replicas implements AutoCloseable {
  private final ImmutableList<PolicyNetwork> networks;
  private final @Nullable Remote remote;

  /** Where tasks go. */
  private record Remote(TrainingCluster cluster, TrainingCluster.Base base) {}

  private Replicas(List<PolicyNetwork> networks, @Nullable Remote remote) {
    this.networks = ImmutableList.copyOf(networks);
    this.remote = remote;
  }

  /** A network on its own; {@link #close} closes it. */
  public static Replicas of(PolicyNetwork network) {
    return new Replicas(ImmutableList.of(network), null);
  }

  /**
   * Loads a network whose tasks other processes do. Steps are those of the network alone, to the
   * last bit.
   *
   * @param folder of the checkpoint, which every process sees at this place
   * @param settings of the network and, but for the device, of those elsewhere
   * @param seed of the adapters' start
   * @throws InvalidInputException if weights are trained in place of adapters
   */
  public static Replicas on(
      TrainingCluster cluster,
      Path folder,
      NetworkSettings settings,
      Checkpoint checkpoint,
      long seed) {
    if (settings.lora() == null) {
      throw new InvalidInputException(
          "a cluster trains adapters (lora), none were given; all weights and their gradients"
              + " would go over the network at every step");
    }
    TrainingCluster.Base base = new TrainingCluster.Base(folder.toString(), settings);
    PolicyNetwork network = PolicyNetwork.load(checkpoint, settings, NetworkRole.TRAINED, seed);
    return new Replicas(ImmutableList.of(network), new Remote(cluster, base));
  }

  /**
   * Loads a checkpoint once per device.
   *
   * @param settings of all replicas; their device is replaced
   * @param trained whether they are trained, or frozen
   * @param seed of the adapters' start
   */
  public static Replicas load(
      Checkpoint checkpoint,
      NetworkSettings settings,
      Devices devices,
      boolean trained,
      long seed) {
    List<PolicyNetwork> loaded = new ArrayList<>();
    try {
      for (String device : devices.names()) {
        NetworkRole role =
            !trained
                ? NetworkRole.FROZEN
                : loaded.isEmpty() ? NetworkRole.TRAINED : NetworkRole.REPLICA;
        loaded.add(PolicyNetwork.load(checkpoint, settings.withDevice(device), role, seed));
      }
      return new Replicas(loaded, null);
    } catch (RuntimeException | Error e) {
      loaded.forEach(PolicyNetwork::close);
      throw e;
    }
  }

  /** Returns the network that is saved, exported and asked where one is enough. */
  public PolicyNetwork first() {
    return networks.get(0);
  }

  /** Returns all networks, in the order of their devices. */
  public ImmutableList<PolicyNetwork> networks() {
    return networks;
  }

  /** What is done on one replica, on a thread that no other replica uses. */
  @FunctionalInterface
  public interface Work<J, R> {
    /** Does one piece of work. */
    R on(PolicyNetwork network, J job);
  }

  /**
   * Does pieces of work, spread over the replicas so that each gets about the same cost. Which
   * replica gets what depends on the costs alone, so that a step can be repeated to the last bit.
   *
   * @param cost of a piece, in any unit
   * @return the results in the order of the jobs
   * @throws io.r1reward.train.run.TrainingException if a replica of several failed, naming its
   *     device; the others have ended their work by then
   * @throws io.r1reward.CancelledException if the calling thread was interrupted; the others have
   *     ended their work by then, and the thread is marked as interrupted still
   */
  public <J, R> List<R> map(List<J> jobs, ToLongFunction<J> cost, Work<J, R> work) {
    if (remote != null) {
      throw new InvalidInputException("only tasks of micro-batches and rollouts go to a cluster");
    }
    return new SharedWork<>(networks, jobs, shares(jobs, cost), work).run();
  }

  /**
   * Gives each job, the most expensive first, to the replica that has the least to do so far. Each
   * does its own in the order of the jobs: one replica adds gradients up as a cluster does.
   */
  private <J> List<List<Integer>> shares(List<J> jobs, ToLongFunction<J> cost) {
    List<List<Integer>> shares = new ArrayList<>();
    networks.forEach(network -> shares.add(new ArrayList<>()));
    long[] load = new long[networks.size()];
    long[] costs = jobs.stream().mapToLong(cost).toArray();
    IntStream.range(0, costs.length)
        .boxed()
        .sorted(Comparator.comparingLong(job -> -costs[job]))
        .forEach(
            job -> {
              int least = 0;
              for (int i = 1; i < load.length; i++) {
                least = load[i] < load[least] ? i : least;
              }
              shares.get(least).add(job);
              load[least] += costs[job];
            });
    shares.forEach(share -> share.sort(Comparator.naturalOrder()));
    return shares;
  }

  /**
   * Does one piece of work on each of the first replicas, as {@link #map} does.
   *
   * @param jobs at most one per replica
   */
  public <J, R> List<R> onEach(List<J> jobs, Work<J, R> work) {
    List<List<Integer>> shares = new ArrayList<>();
    for (int i = 0; i < networks.size(); i++) {
      shares.add(i < jobs.size() ? List.of(i) : List.of());
    }
    return new SharedWork<>(networks, jobs, shares, work).run();
  }

  /**
   * Does something with all rows, in micro-batches: on the replicas, or on a cluster, which gets
   * the micro-batches that one replica would.
   *
   * @param tokenBudget most tokens of a micro-batch, filling included
   * @param work makes the task of a micro-batch, from indices into {@code rows}; asked in order
   * @return what was done, in the order of the micro-batches
   */
  public <R> List<R> forMicroBatches(
      List<TrainingRow> rows, int tokenBudget, Function<int[], ? extends StepTask<R>> work) {
    List<int[]> groups = MicroBatches.group(rows, budget(rows, tokenBudget));
    List<StepTask<R>> tasks = new ArrayList<>();
    for (int[] group : groups) {
      tasks.add(work.apply(group));
    }
    if (remote != null) {
      return run(tasks);
    }
    return map(
        IntStream.range(0, tasks.size()).boxed().toList(),
        task -> tokens(rows, groups.get(task)),
        (network, task) -> tasks.get(task).on(network));
  }

  /**
   * Does tasks on the cluster, and adds their gradients to those of the network in the order of the
   * tasks.
   *
   * @return the results, in the order of the tasks
   */
  <R> List<R> run(List<? extends StepTask<R>> tasks) {
    Remote where = remote();
    List<R> results = new ArrayList<>();
    where.cluster.run(
        where.base,
        first(),
        tasks,
        outcome -> {
          results.add(outcome.result());
          if (outcome.gradients() != null) {
            GradientExchange.add(first(), outcome.gradients());
          }
        });
    return results;
  }

  /** Returns how many tasks the cluster does at a time. */
  int slots() {
    return Math.max(1, remote().cluster.slots());
  }

  private Remote remote() {
    if (remote == null) {
      throw new InvalidInputException("the replicas are not on a cluster");
    }
    return remote;
  }

  /** Returns the seed of a micro-batch's dropout within a step, not negative. */
  public static long seed(long step, int[] group) {
    return (step * 1_000_003 + group[0]) & Long.MAX_VALUE;
  }

  /** Several devices want a micro-batch each, even where one could hold them all. */
  private int budget(List<TrainingRow> rows, int tokenBudget) {
    if (networks.size() == 1) {
      return tokenBudget;
    }
    long total = rows.stream().mapToLong(TrainingRow::length).sum();
    long share = (total + networks.size() - 1) / networks.size();
    return (int) Math.max(1, Math.min(tokenBudget, share));
  }

  private static long tokens(List<TrainingRow> rows, int[] group) {
    return Arrays.stream(group).mapToLong(i -> rows.get(i).length()).max().orElse(0) * group.length;
  }

  @Override
  public void close() {
    networks.forEach(PolicyNetwork::close);
  }
}
