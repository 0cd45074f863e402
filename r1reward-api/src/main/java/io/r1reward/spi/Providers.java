package io.r1reward.spi;

import io.r1reward.CheckpointException;
import io.r1reward.EngineException;
import io.r1reward.InvalidInputException;
import io.r1reward.RewardModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** Chooses the provider of a folder. Thread-safe. */
public final class Providers {

  private Providers() {}

  /**
   * Opens a checkpoint with the wanted engine, or with the first that recognises it.
   *
   * @throws CheckpointException if the folder does not exist or no engine recognises it
   * @throws EngineException if the wanted engine is not on the class path, or a provider that is
   *     there cannot be made
   */
  public static RewardModel load(Path checkpoint, ModelSettings settings) {
    ModelSettings.given(checkpoint, "checkpoint");
    ModelSettings.given(settings, "settings");
    if (!Files.isDirectory(checkpoint)) {
      throw new CheckpointException(
          "checkpoint folder "
              + checkpoint
              + (Files.exists(checkpoint) ? " is a file, not a folder" : " does not exist"));
    }
    List<RewardModelProvider> all = all();
    List<String> names = all.stream().map(RewardModelProvider::engine).toList();
    String wanted = settings.engine();
    RewardModelProvider chosen;
    if (wanted != null) {
      chosen =
          all.stream()
              .filter(provider -> provider.engine().equals(wanted))
              .findFirst()
              .orElseThrow(
                  () ->
                      new EngineException(
                          "no engine named " + wanted + " on the class path, found " + names));
    } else {
      chosen =
          all.stream()
              .filter(provider -> provider.recognises(checkpoint))
              .findFirst()
              .orElseThrow(
                  () ->
                      new CheckpointException(
                          "no engine recognises "
                              + checkpoint
                              + " as a checkpoint: "
                              + FolderHint.of(checkpoint)
                              + "; engines on the class path: "
                              + names));
    }
    for (String option : settings.options().keySet()) {
      if (!chosen.knowsOption(option)) {
        throw new InvalidInputException(
            "engine " + chosen.engine() + " has no option named " + option);
      }
    }
    return chosen.load(checkpoint, settings);
  }

  /** Those the thread's class loader sees; where there are none, those this library's sees. */
  private static List<RewardModelProvider> all() {
    try {
      List<RewardModelProvider> ofThread =
          ServiceLoader.load(RewardModelProvider.class).stream()
              .map(ServiceLoader.Provider::get)
              .toList();
      return ofThread.isEmpty()
          ? ServiceLoader.load(RewardModelProvider.class, Providers.class.getClassLoader()).stream()
              .map(ServiceLoader.Provider::get)
              .toList()
          : ofThread;
    } catch (ServiceConfigurationError e) {
      throw new EngineException("an engine on the class path cannot be made: " + e.getMessage(), e);
    }
  }
}
