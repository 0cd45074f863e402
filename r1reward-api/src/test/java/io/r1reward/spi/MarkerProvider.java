package io.r1reward.spi;

import io.r1reward.ModelInfo;
import io.r1reward.PreferenceScore;
import io.r1reward.RewardModel;
import io.r1reward.ScoreRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** Recognises folders by a file named like the engine, and remembers its settings. */
abstract class MarkerProvider implements RewardModelProvider {
  private final String name;

  MarkerProvider(String name) {
    this.name = name;
  }

  @Override
  public String engine() {
    return name;
  }

  @Override
  public boolean recognises(Path checkpoint) {
    return Files.exists(checkpoint.resolve(name));
  }

  @Override
  public boolean knowsOption(String option) {
    return option.startsWith("protocol");
  }

  @Override
  public RewardModel load(Path checkpoint, ModelSettings settings) {
    return new Loaded(name, checkpoint, settings);
  }

  /** The first provider of the service file. */
  public static final class Alpha extends MarkerProvider {
    public Alpha() {
      super("alpha");
    }
  }

  /** The second provider of the service file. */
  public static final class Beta extends MarkerProvider {
    public Beta() {
      super("beta");
    }
  }

  record Loaded(String engine, Path checkpoint, ModelSettings settings) implements RewardModel {
    @Override
    public CompletableFuture<PreferenceScore> submit(ScoreRequest request) {
      throw new UnsupportedOperationException();
    }

    @Override
    public ModelInfo info() {
      return new ModelInfo(
          engine, settings.device(), settings.dtype(), "plain", "none", 1, 0, 0, 0);
    }

    @Override
    public void close() {}
  }
}
