package io.r1reward.core.torch.jni;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.r1reward.core.testing.TestDevice;
import org.junit.jupiter.api.Test;

/** What is said of a library that does not load, and what reading an array leaves behind. */
class TorchTest {

  @Test
  void the_reason_names_what_the_failure_came_from() {
    UnsatisfiedLinkError missing = new UnsatisfiedLinkError("libcuda.so.1: cannot open");
    assertThat(Torch.reason(new IllegalStateException("no library", missing)))
        .isEqualTo("no library (java.lang.UnsatisfiedLinkError: libcuda.so.1: cannot open)");
    assertThat(Torch.reason(missing)).isEqualTo("libcuda.so.1: cannot open");
  }

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
