package io.r1reward.core;

import io.r1reward.RewardModel;
import io.r1reward.core.judge.ScalarRewardModel;
import io.r1reward.core.media.MediaLimits;
import io.r1reward.core.protocol.Protocols;
import io.r1reward.core.torch.TorchEngine;
import io.r1reward.core.torch.TorchSettings;
import io.r1reward.spi.ModelSettings;
import io.r1reward.spi.RewardModelProvider;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Opens Hugging Face checkpoint folders with the PyTorch engine. One option of its own: {@code
 * weights}, see {@link TorchSettings}.
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
  public boolean knowsOption(String name) {
    return name.equals("weights")
        || Protocols.isOption(name)
        || MediaLimits.isOption(name)
        || ScalarRewardModel.isOption(name);
  }

  @Override
  public RewardModel load(Path checkpoint, ModelSettings settings) {
    TorchSettings torch =
        new TorchSettings(
            settings.device(),
            settings.dtype(),
            settings.options().getOrDefault("weights", "auto"),
            settings.threads(),
            settings.selfCheck(),
            settings.prefixCacheBytes());
    return ScalarRewardModel.openEither(
        checkpoint, settings, () -> TorchEngine.open(checkpoint, torch));
  }
}
