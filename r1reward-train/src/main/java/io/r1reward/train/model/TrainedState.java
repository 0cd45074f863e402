package io.r1reward.train.model;

import io.r1reward.train.data.BadData;
import io.r1reward.train.data.PreferenceDataset;
import io.r1reward.train.data.SampleCursor;
import io.r1reward.train.data.SkippedSamples;
import io.r1reward.train.run.RunCheckpoints;
import io.r1reward.train.run.RunState;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** What a run needs to go on: trained weights and optimiser, in one folder. Stateless. */
public final class TrainedState {
  private static final String TRAINED = "trained.safetensors";
  private static final String OPTIMISER = "optimiser.safetensors";

  /** The number of a {@link RunState} that holds {@link SampleCursor#digest}. */
  public static final String SAMPLES = "samples_digest";

  /** The number of a {@link RunState} that holds {@link SkippedSamples#total}. */
  public static final String LEFT_OUT = "samples_left_out";

  private TrainedState() {}

  /** Writes both into a folder that exists. */
  public static void save(PolicyNetwork network, NetworkOptimiser optimiser, Path folder) {
    NetworkFiles.saveTrained(network, folder.resolve(TRAINED));
    optimiser.save(folder.resolve(OPTIMISER));
  }

  /** Reads what {@link #save} wrote. */
  public static void restore(PolicyNetwork network, NetworkOptimiser optimiser, Path folder) {
    NetworkFiles.restoreTrained(network, folder.resolve(TRAINED));
    optimiser.restore(folder.resolve(OPTIMISER));
  }

  /**
   * Restores the newest checkpoint of a run, if it has one, and returns what the run is at.
   *
   * @param fingerprint settings that must be those of the checkpoint
   * @throws io.r1reward.InvalidInputException if they are not
   */
  public static RunState resume(
      RunCheckpoints checkpoints,
      Map<String, String> fingerprint,
      PolicyNetwork network,
      NetworkOptimiser optimiser) {
    Optional<RunCheckpoints.Saved> latest = checkpoints.latest();
    if (latest.isEmpty()) {
      return new RunState(0, 0, Double.NaN, fingerprint, Map.of());
    }
    RunState state = latest.get().state();
    state.requireSettings(fingerprint);
    restore(network, optimiser, latest.get().folder());
    return state;
  }

  /** Starts the count of samples left out where the run is at. */
  public static SkippedSamples skipped(BadData limit, RunState state) {
    return new SkippedSamples(limit, state.numbers().getOrDefault(LEFT_OUT, 0.0).longValue());
  }

  /**
   * Opens a run's data set where the run is at.
   *
   * @param skipped counts what cannot be read from there on
   * @throws io.r1reward.InvalidInputException if the run has used other samples so far
   */
  public static SampleCursor cursor(
      PreferenceDataset data, RunState state, SkippedSamples skipped) {
    return new SampleCursor(
        data, state.position(), state.numbers().getOrDefault(SAMPLES, Double.NaN), skipped);
  }
}
