package io.r1reward.core.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.r1reward.core.machine.KernelCheck;
import io.r1reward.core.machine.Processor;
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

  /**
   * Plain attention is what stands in where the fused kernels are wrong; pictures of more patches
   * than a block of the kernels.
   */
  @ParameterizedTest
  @CsvSource({
    "FLOAT32, FUSED, 12, 16",
    "BFLOAT16, FUSED, 12, 16",
    "BFLOAT16, FUSED_WIDE, 12, 16",
    "BFLOAT16, FUSED, 600, 80",
    "BFLOAT16, FUSED_WIDE, 600, 80"
  })
  void all_ways_of_attention_are_the_same_but_for_rounding(
      Precision precision, Attention way, int tokens, int size) {
    Torch.prepareThread(1);
    ModelConfig config = ModelShape.of("7b").config();
    try (NDManager manager = Torch.newManager("cpu");
        TorchScript numbers = KernelChecks.compile(manager);
        TorchScript plain = Kernels.compile(manager, config, Layout.FUSED, Attention.PLAIN);
        TorchScript fused = Kernels.compile(manager, config, Layout.FUSED, way)) {
      NDArray[] heads = new NDArray[3]; // [1, 2, tokens, size]
      for (int i = 0; i < 3; i++) {
        heads[i] =
            numbers
                .one(manager, "numbers", 2 * tokens * size, i + 1, precision.scalarType())
                .reshape(1, 2, tokens, size);
      }
      for (boolean causal : new boolean[] {false, true}) {
        NDArray a = plain.one(manager, "attend", heads[0], heads[1], heads[2], causal);
        NDArray b = fused.one(manager, "attend", heads[0], heads[1], heads[2], causal);
        double worst = numbers.one(manager, "largest", a, b).getDouble();
        // values below 1; in bfloat16 the weights and the result are rounded
        double allowed = precision == Precision.FLOAT32 ? 0x1p-20 : 3 * 0x1p-8;
        assertThat(worst).isLessThanOrEqualTo(allowed);
        if (way == Attention.FUSED_WIDE && !causal) {
          // only the result is: to half a unit of a number below 1, at most once more than plain
          assertThat(worst).isLessThanOrEqualTo(0x1p-8);
        }
      }
    }
  }

  @Test
  void pictures_in_bfloat16_are_attended_over_in_float32_without_tiles() {
    Processor wide = new Processor("AVX512_CORE_BF16", true, 1);
    assertThat(Attention.fused(Precision.BFLOAT16, false, wide)).isEqualTo(Attention.FUSED_WIDE);
    assertThat(Attention.fused(Precision.BFLOAT16, false, new Processor("AVX2", false, 1)))
        .isEqualTo(Attention.FUSED_WIDE);
    assertThat(Attention.fused(Precision.BFLOAT16, true, wide)).isEqualTo(Attention.FUSED);
    assertThat(Attention.fused(Precision.FLOAT32, false, wide)).isEqualTo(Attention.FUSED);
    assertThat(
            Attention.fused(Precision.BFLOAT16, false, new Processor("AVX512_CORE_AMX", true, 1)))
        .isEqualTo(Attention.FUSED);
    assertThat(Attention.fused(Precision.BFLOAT16, false, new Processor("NEON_BF16", true, 1)))
        .isEqualTo(Attention.FUSED);
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
