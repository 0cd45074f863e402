package io.r1reward.core.torch;

import io.r1reward.core.generate.BatchingGenerator;
import io.r1reward.core.generate.Generator;
import io.r1reward.core.testing.TestDevice;
import java.nio.file.Path;

/**
 * Engines for tests, on the device that the property {@code r1reward.device} names ({@code cpu}).
 */
final class Engines {
  static final String DEVICE = TestDevice.NAME;

  private Engines() {}

  static TorchEngine open(Path checkpoint, String dtype, String weights) {
    return TorchEngine.open(checkpoint, TorchSettings.of(DEVICE, dtype, weights, 1));
  }

  static Generator generator(Path checkpoint, String dtype, int rows) {
    return BatchingGenerator.open(() -> open(checkpoint, dtype, "auto"), rows, 1000);
  }
}
