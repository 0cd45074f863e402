package io.r1reward.core.torch;

import ai.djl.ndarray.NDManager;
import io.r1reward.core.torch.jni.TorchScript;
import java.util.Map;

/**
 * The TorchScript forward pass: {@code qwen2_5_vl.py}, with one of the {@code linear_*.py} and one
 * of the {@code attention_*.py} in it.
 */
final class Kernels {
  private Kernels() {}

  static TorchScript compile(NDManager manager, Layout layout, Attention attention) {
    Map<String, String> chosen = Map.of("linear", layout.source(), "attention", attention.source());
    return TorchScript.compile(
        manager,
        "qwen2_5_vl",
        "Kernels",
        ScriptSource.read(Kernels.class, "qwen2_5_vl.py", chosen));
  }
}
