package io.r1reward.spi;

import io.r1reward.RewardModel;
import java.nio.file.Path;

/**
 * An engine that can open checkpoints. Found through {@link java.util.ServiceLoader};
 * implementations are public, have a public constructor without arguments and do no work before
 * {@link #load}.
 */
public interface RewardModelProvider {

  /** Returns the name by which users choose this engine, such as {@code pytorch}. */
  String engine();

  /**
   * Says whether a folder looks like one this engine opens. Cheap; reads file names at the most.
   */
  boolean recognises(Path checkpoint);

  /**
   * Says whether an option is one that this engine, or a judge on it, looks at. A name that it does
   * not know is refused before anything is opened, since a misspelt option would else be one that
   * was never given.
   *
   * @param name as of {@link ModelSettings#options}
   */
  default boolean knowsOption(String name) {
    return true;
  }

  /**
   * Opens a checkpoint.
   *
   * @throws io.r1reward.CheckpointException if the folder is not usable
   * @throws io.r1reward.EngineException if the engine or device is not available
   */
  RewardModel load(Path checkpoint, ModelSettings settings);
}
