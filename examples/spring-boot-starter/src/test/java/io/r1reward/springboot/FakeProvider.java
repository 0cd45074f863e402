package io.r1reward.springboot;

import io.r1reward.RewardModel;
import io.r1reward.spi.ModelSettings;
import io.r1reward.spi.RewardModelProvider;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens folders that hold a file {@code fake-judge}, and keeps the last model. */
public final class FakeProvider implements RewardModelProvider {
  static volatile FakeModel model = new FakeModel(ModelSettings.builder().build());

  @Override
  public String engine() {
    return "fake";
  }

  @Override
  public boolean recognises(Path checkpoint) {
    return Files.exists(checkpoint.resolve("fake-judge"));
  }

  @Override
  public boolean knowsOption(String name) {
    return !name.equals("misspelt");
  }

  @Override
  public RewardModel load(Path checkpoint, ModelSettings settings) {
    model = new FakeModel(settings);
    return model;
  }
}
