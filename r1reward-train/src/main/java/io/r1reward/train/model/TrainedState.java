package io.r1reward.train.model;

import java.nio.file.Path;

/** What a run needs to go on: trained weights and optimiser, in one folder. Stateless. */
public final class TrainedState {
  private static final String TRAINED = "trained.safetensors";
  private static final String OPTIMISER = "optimiser.safetensors";

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
}
