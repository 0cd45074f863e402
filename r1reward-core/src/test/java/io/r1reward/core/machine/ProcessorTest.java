package io.r1reward.core.machine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessorTest {
  private static final String EPYC_ZEN3 = "flags\t\t: fpu sse4_1 avx avx2 fma bmi2 sha_ni";
  private static final String AVX512 = " sse4_1 avx2 fma avx512f avx512dq avx512bw avx512vl";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "fpu sse4_1 avx2 fma                                               | AVX2             | false",
        "sse4_1 avx2 fma avx512f avx512dq avx512bw avx512vl                | AVX512_CORE      | false",
        "sse4_1 avx2 fma avx512f                                           | AVX2             | false",
        "sse4_1 avx2 fma avx512f avx512dq avx512bw avx512vl avx512_bf16    | AVX512_CORE_BF16 | true",
        "avx2 fma avx512f avx512dq avx512bw avx512vl avx512_bf16 amx_bf16  | AVX512_CORE_AMX  | true",
        "fp asimd evtstrm aes                                              | NEON             | false",
        "fp asimd bf16 i8mm                                                | NEON_BF16        | true",
        "fp asimd sve bf16                                                 | SVE              | true",
        "sse2                                                              | amd64            | false",
      })
  void names_the_widest_instruction_set(String flags, String name, boolean bfloat16) {
    ImmutableSet<String> read = Processor.flags(List.of("model name : X", "flags : " + flags));
    assertThat(Processor.of(read, "amd64", Map.of(), 5))
        .isEqualTo(new Processor(name, bfloat16, 5));
  }

  @Test
  void a_limit_of_the_native_library_takes_instructions_away() {
    ImmutableSet<String> flags = Processor.flags(List.of("flags :" + AVX512 + " avx512_bf16"));
    assertThat(
            Processor.of(
                flags,
                "amd64",
                Map.of("ONEDNN_MAX_CPU_ISA", "avx2", "ATEN_CPU_CAPABILITY", "avx2"),
                0))
        .isEqualTo(
            new Processor(
                "AVX512_CORE_BF16, oneDNN limited to AVX2, PyTorch limited to avx2", false, 0));
    assertThat(
            Processor.of(flags, "amd64", Map.of("ONEDNN_MAX_CPU_ISA", "AVX512_CORE_BF16"), 0)
                .bfloat16())
        .isTrue();
    assertThat(Processor.of(flags, "amd64", Map.of("ONEDNN_MAX_CPU_ISA", "DEFAULT"), 0))
        .isEqualTo(new Processor("AVX512_CORE_BF16", true, 0));
  }

  @Test
  void where_the_system_says_nothing_it_is_the_architecture_without_bfloat16() {
    assertThat(Processor.of(Processor.flags(List.of()), "aarch64", Map.of(), 7))
        .isEqualTo(new Processor("aarch64", false, 7));
    assertThat(Processor.of(Processor.flags(List.of(EPYC_ZEN3)), "amd64", Map.of(), 7).has("AVX2"))
        .isTrue();
  }

  @Test
  void this_machine_has_memory() {
    assertThat(Processor.current().memory()).isGreaterThan(1L << 28);
    assertThat(Processor.current().instructionSet()).isNotEmpty();
  }
}
