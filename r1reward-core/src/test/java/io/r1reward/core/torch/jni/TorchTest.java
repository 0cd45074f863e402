package io.r1reward.core.torch.jni;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.r1reward.core.testing.TestDevice;
import org.junit.jupiter.api.Test;

/** What reading an array leaves behind. */
class TorchTest {

  @Test
  void reading_leaves_nothing_with_the_manager() {
    try (NDManager manager = Torch.newManager(TestDevice.NAME);
        NDArray array = manager.create(new float[] {1, 2, 3})) {
      int before = manager.getManagedArrays().size();
      assertThat(Torch.floats(array)).containsExactly(1, 2, 3);
      assertThat(manager.getManagedArrays()).hasSize(before);
    }
  }
}
