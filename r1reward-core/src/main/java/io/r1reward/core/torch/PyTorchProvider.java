package io.r1reward.core.torch;

import io.r1reward.RewardModel;
import io.r1reward.core.judge.JudgeRewardModel;
import io.r1reward.spi.ModelSettings;
import io.r1reward.spi.RewardModelProvider;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Opens Hugging Face checkpoint folders with the PyTorch engine. One option of its own: {@code
 * weights}, see {@link TorchEngine#open}.
 */
public final class PyTorchProvider implements RewardModelProvider {

  @Override
  public String engine() {
    return "pytorch";
  }

  @Override
  public boolean recognises(Path checkpoint) {
    return Files.isRegularFile(checkpoint.resolve("config.json"))
        && (Files.isRegularFile(checkpoint.resolve("model.safetensors"))
            || Files.isRegularFile(checkpoint.resolve("model.safetensors.index.json")));
  }

  @Override
  public RewardModel load(Path checkpoint, ModelSettings settings) {
    String weights = settings.options().getOrDefault("weights", "auto");
    return JudgeRewardModel.open(
        checkpoint,
        settings,
        () ->
            TorchEngine.open(
                checkpoint, settings.device(), settings.dtype(), weights, settings.threads()));
  }
}
