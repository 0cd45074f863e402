package io.r1reward.core.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.InvalidInputException;
import io.r1reward.core.safetensors.DType;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of {@link ComputePlan}, for a model of 3 billion weights: 6 GB, or 12 in float32. */
class ComputePlanTest {
  private static final long PARAMETERS = 3_000_000_000L;

  /** A machine as text: gpu, or what it packs and whether it multiplies bfloat16. */
  private record Fake(boolean gpu, boolean multipliesBfloat16, Set<Precision> packed, long memory)
      implements ComputePlan.Machine {

    static Fake of(String processor, int gigabytes) {
      return new Fake(
          processor.equals("gpu"),
          processor.endsWith("bf16"),
          switch (processor) {
            case "avx512", "avx512-bf16", "arm-acl-bf16" ->
                Set.of(Precision.FLOAT32, Precision.BFLOAT16);
            case "avx2" -> Set.of(Precision.FLOAT32);
            default -> Set.of();
          },
          gigabytes * 1_000_000_000L);
    }

    @Override
    public boolean packs(Precision precision) {
      return packed.contains(precision);
    }
  }

  @ParameterizedTest
  @CsvSource({
    // weights in bfloat16, as published judges have them
    "avx512-bf16,  BF16, 8,  bfloat16, packed",
    "avx512-bf16,  BF16, 7,  bfloat16, mapped",
    "arm-acl-bf16, BF16, 8,  bfloat16, packed",
    "arm-bf16,     BF16, 64, bfloat16, mapped",
    "avx512,       BF16, 16, float32,  packed",
    "avx512,       BF16, 15, bfloat16, packed",
    "avx512,       BF16, 7,  bfloat16, mapped",
    "avx2,         BF16, 16, float32,  packed",
    "avx2,         BF16, 15, bfloat16, mapped",
    "arm,          BF16, 16, float32,  fused",
    "arm,          BF16, 15, bfloat16, mapped",
    "gpu,          BF16, 1,  bfloat16, fused",
    // weights in float32, as trained small ones have them
    "avx512-bf16,  F32,  16, float32,  packed",
    "avx512-bf16,  F32,  15, float32,  mapped",
    "avx2,         F32,  16, float32,  packed",
    "avx2,         F32,  1,  float32,  mapped",
    "arm,          F32,  64, float32,  mapped",
    "gpu,          F32,  1,  float32,  fused",
    // weights in float16: nothing computes in it
    "avx512-bf16,  F16,  16, float32,  packed",
    "avx512-bf16,  F16,  15, bfloat16, packed",
    "avx2,         F16,  15, bfloat16, fused",
    "arm,          F16,  16, float32,  fused",
    "gpu,          F16,  1,  float32,  fused",
  })
  void auto_takes_what_works_and_is_fast(
      String processor, DType stored, int gigabytes, String dtype, String layout) {
    ComputePlan plan =
        ComputePlan.of("auto", "auto", stored, PARAMETERS, Fake.of(processor, gigabytes));
    assertThat(plan.precision().label()).isEqualTo(dtype);
    assertThat(plan.layout().label()).isEqualTo(layout);
  }

  @ParameterizedTest
  @CsvSource({
    "avx2, float32,  packed, packed",
    "avx2, bfloat16, packed, fused",
    "arm,  float32,  packed, fused",
    "avx2, bfloat16, mapped, mapped",
    "avx2, bfloat16, fused,  fused",
    "avx2, bfloat16, auto,   mapped",
    "gpu,  bfloat16, packed, fused",
  })
  void what_is_asked_for_is_done_where_it_can_be(
      String processor, String dtype, String weights, String layout) {
    ComputePlan plan = ComputePlan.of(dtype, weights, DType.BF16, 1000, Fake.of(processor, 8));
    assertThat(plan.precision().label()).isEqualTo(dtype);
    assertThat(plan.layout().label()).isEqualTo(layout);
  }

  /** R1-Reward on a laptop of 24 GB: 8.29 billion weights, 16.6 GB. */
  @Test
  void the_published_judge_is_packed_on_a_machine_of_24_gigabytes() {
    ComputePlan plan =
        ComputePlan.of("auto", "auto", DType.BF16, 8_292_000_000L, Fake.of("avx512-bf16", 24));
    assertThat(plan).isEqualTo(new ComputePlan(Precision.BFLOAT16, Layout.PACKED));
  }

  @Test
  void settings_that_there_are_not_are_named() {
    Fake machine = Fake.of("avx2", 8);
    assertThatThrownBy(() -> ComputePlan.of("float16", "auto", DType.F32, 1, machine))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("unknown dtype float16, expected auto, float32 or bfloat16");
    assertThatThrownBy(() -> ComputePlan.of("auto", "blocked", DType.F32, 1, machine))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("unknown weights setting blocked, expected auto, mapped, fused or packed");
  }
}
