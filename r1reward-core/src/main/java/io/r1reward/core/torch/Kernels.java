package io.r1reward.core.torch;

import ai.djl.ndarray.NDManager;
import com.google.common.io.Resources;
import io.r1reward.core.torch.jni.TorchScript;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The TorchScript forward pass: {@code qwen2_5_vl.py}, with one of the {@code linear_*.py} in it.
 */
final class Kernels {
  private static final String PLACE = "  # %LINEAR%\n";

  private Kernels() {}

  static TorchScript compile(NDManager manager, String linear) {
    return TorchScript.compile(
        manager, "qwen2_5_vl", "Kernels", read("qwen2_5_vl.py").replace(PLACE, read(linear)));
  }

  private static String read(String name) {
    try {
      return Resources.toString(Resources.getResource(Kernels.class, name), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + name, e);
    }
  }
}
