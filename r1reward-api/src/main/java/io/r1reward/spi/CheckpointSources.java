package io.r1reward.spi;

import io.r1reward.EngineException;
import io.r1reward.InvalidInputException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** Finds the folder of a checkpoint by its text. Thread-safe. */
public final class CheckpointSources {
  private static final String HUB = "hf";

  private CheckpointSources() {}

  /**
   * Says whether a text is a name of the Hugging Face hub rather than a path. Computes nothing.
   *
   * @param checkpoint as of {@link #resolve}
   */
  public static boolean isOfHub(String checkpoint) {
    return ModelSettings.given(checkpoint, "checkpoint").startsWith(HUB + ":");
  }

  /**
   * Returns the folder of a checkpoint; one that a source knows by its prefix is brought first.
   *
   * @param checkpoint a path, or a prefix, a colon and what the source calls it
   * @throws InvalidInputException if the text is malformed, or begins with {@code hf:} while no
   *     source for that is on the class path
   * @throws EngineException if a source on the class path cannot be made
   */
  public static Path resolve(String checkpoint) {
    ModelSettings.given(checkpoint, "checkpoint");
    for (CheckpointSource source : all()) {
      if (checkpoint.startsWith(source.prefix() + ":")) {
        return source.fetch(checkpoint.substring(source.prefix().length() + 1));
      }
    }
    if (isOfHub(checkpoint)) {
      throw new InvalidInputException(
          "no source of checkpoints for " + checkpoint + " on the class path: add r1reward-core");
    }
    try {
      return Path.of(checkpoint);
    } catch (InvalidPathException e) {
      throw new InvalidInputException(
          "checkpoint '" + checkpoint + "' is no file name here (" + e.getReason() + ")", e);
    }
  }

  /** Those the thread's class loader sees; where there are none, those this library's sees. */
  private static List<CheckpointSource> all() {
    try {
      List<CheckpointSource> ofThread =
          ServiceLoader.load(CheckpointSource.class).stream()
              .map(ServiceLoader.Provider::get)
              .toList();
      return ofThread.isEmpty()
          ? ServiceLoader.load(CheckpointSource.class, CheckpointSources.class.getClassLoader())
              .stream()
              .map(ServiceLoader.Provider::get)
              .toList()
          : ofThread;
    } catch (ServiceConfigurationError e) {
      throw new EngineException(
          "a source of checkpoints on the class path cannot be made: " + e.getMessage(), e);
    }
  }
}
