package io.r1reward.core.torch;

import ai.djl.ndarray.NDManager;
import io.r1reward.core.model.ModelConfig;
import io.r1reward.core.torch.jni.TorchScript;
import java.util.Map;

/**
 * The TorchScript forward pass: {@code kernels.py}, with the vision tower of the model's family,
 * one of the {@code heads_*.py}, one of the {@code linear_*.py} and one of the {@code
 * attention_*.py} in it.
 */
final class Kernels {
  private Kernels() {}

  static TorchScript compile(
      NDManager manager, ModelConfig config, Layout layout, Attention attention) {
    String heads = config.text().qkNorm() ? "heads_normed.py" : "heads_biased.py";
    Map<String, String> chosen =
        Map.of(
            "linear", ScriptSource.shared(layout.source()),
            "heads", ScriptSource.shared(heads),
            "attention", ScriptSource.shared(attention.source()),
            "vision_shared.py", config.family().script("vision_shared.py"),
            "vision.py", config.family().script("vision.py"));
    return TorchScript.compile(
        manager, "kernels", "Kernels", ScriptSource.read(Kernels.class, "kernels.py", chosen));
  }
}
