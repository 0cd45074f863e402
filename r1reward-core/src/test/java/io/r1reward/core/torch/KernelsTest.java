package io.r1reward.core.torch;

import ai.djl.ndarray.NDManager;
import io.r1reward.core.torch.jni.Torch;
import io.r1reward.core.torch.jni.TorchScript;
import org.junit.jupiter.api.Test;

class KernelsTest {
  @Test
  void compiles() {
    try (NDManager manager = Torch.newManager("cpu");
        TorchScript script = Layout.PACKED.compile(manager)) {}
  }
}
