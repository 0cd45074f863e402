package io.r1reward.core.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.r1reward.core.machine.KernelCheck;
import io.r1reward.core.model.ModelConfig;
import io.r1reward.core.model.ModelShape;
import io.r1reward.core.testing.ProcessorDependent;
import io.r1reward.core.torch.jni.Torch;
import io.r1reward.core.torch.jni.TorchScript;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ProcessorDependent
class KernelChecksTest {

  @ParameterizedTest
  @CsvSource({
    "FLOAT32, 14, 2, 64, 10, 64",
    "BFLOAT16, 14, 2, 64, 10, 64",
    "FLOAT32, 28, 4, 128, 16, 80",
    "BFLOAT16, 28, 4, 128, 16, 80",
    "FLOAT32, 4, 2, 16, 2, 16"
  })
  void attention_holds_on_the_sizes_of_models(
      Precision precision, int queries, int keys, int size, int visionHeads, int visionSize) {
    Torch.prepareThread(1);
    try (NDManager manager = Torch.newManager("cpu");
        KernelChecks checks = new KernelChecks(manager)) {
      for (KernelCheck check :
          checks.attention(
              new KernelChecks.Heads(queries, keys, size, visionHeads, visionSize), precision)) {
        assertThat(check.holds()).as(check.toString()).isTrue();
      }
    }
  }

  /** What the bounds let pass must be far below what a wrong kernel does. */
  @Test
  void a_wrong_value_is_beyond_what_is_allowed() {
    Torch.prepareThread(1);
    try (NDManager manager = Torch.newManager("cpu");
        KernelChecks checks = new KernelChecks(manager)) {
      for (Precision precision : Precision.values()) {
        for (KernelCheck check :
            checks.attention(new KernelChecks.Heads(14, 2, 64, 10, 64), precision)) {
          // a key that is left out, or taken twice, of 17 to 100 changes attention by 1/100
          assertThat(check.allowed()).as(check.kernel()).isLessThan(0.01);
        }
      }
    }
  }

  @Test
  void a_kernel_that_does_not_run_does_not_hold() {
    KernelCheck check =
        new KernelCheck("k", "1 x 1", Double.NaN, 1, Duration.ZERO, true, "slow one");
    assertThat(check.holds()).isFalse();
    assertThat(check.toString())
        .isEqualTo("k, 1 x 1: largest difference NaN, allowed 1.00 (0.0 ms); slow one");
  }

  /** Plain attention is what stands in where the fused kernels are wrong. */
  @ParameterizedTest
  @CsvSource({"FLOAT32", "BFLOAT16"})
  void plain_attention_is_the_fused_one_but_for_rounding(Precision precision) {
    Torch.prepareThread(1);
    ModelConfig config = ModelShape.of("7b").config();
    try (NDManager manager = Torch.newManager("cpu");
        TorchScript numbers = KernelChecks.compile(manager);
        TorchScript plain = Kernels.compile(manager, config, Layout.FUSED, Attention.PLAIN);
        TorchScript fused = Kernels.compile(manager, config, Layout.FUSED, Attention.FUSED)) {
      NDArray q = numbers.one(manager, "numbers", 2 * 12 * 16, 1, precision.scalarType());
      NDArray k = numbers.one(manager, "numbers", 2 * 12 * 16, 2, precision.scalarType());
      NDArray v = numbers.one(manager, "numbers", 2 * 12 * 16, 3, precision.scalarType());
      NDArray[] heads = {q.reshape(1, 2, 12, 16), k.reshape(1, 2, 12, 16), v.reshape(1, 2, 12, 16)};
      for (boolean causal : new boolean[] {false, true}) {
        NDArray a = plain.one(manager, "attend", heads[0], heads[1], heads[2], causal);
        NDArray b = fused.one(manager, "attend", heads[0], heads[1], heads[2], causal);
        double worst = numbers.one(manager, "largest", a, b).getDouble();
        // values below 1; in bfloat16 the weights and the result are rounded
        double allowed = precision == Precision.FLOAT32 ? 0x1p-20 : 3 * 0x1p-8;
        assertThat(worst).isLessThanOrEqualTo(allowed);
      }
    }
  }

  @Test
  void the_self_check_can_be_left_out() {
    Torch.prepareThread(1);
    assertThatNoException()
        .isThrownBy(
            () ->
                TorchEngine.open(
                        io.r1reward.core.testing.Reference.path("qwen25vl-tiny"),
                        new TorchSettings("cpu", "float32", "auto", 1, false, 0))
                    .close());
  }
}
