package io.r1reward.core.torch;

import ai.djl.ndarray.NDManager;
import io.r1reward.core.torch.jni.TorchScript;

/** The TorchScript forward pass. */
final class Kernels {

  private Kernels() {}

  static TorchScript compile(NDManager manager) {
    return TorchScript.compile(manager, "qwen2_5_vl", "Kernels", Kernels.class, "qwen2_5_vl.py");
  }
}
