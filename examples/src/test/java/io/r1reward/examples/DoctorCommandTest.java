package io.r1reward.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DoctorCommandTest {

  @Test
  void tells_what_this_machine_computes_and_what_is_chosen_for_it() {
    Program doctor = Program.run("doctor", "--all");
    assertThat(doctor.exitCode()).as(doctor.out() + doctor.err()).isZero();
    assertThat(doctor.out())
        .contains("processor: ")
        .contains("PyTorch 2.7.1")
        .contains("ONNX Runtime 1.")
        .containsPattern("right +linear, float32")
        .containsPattern(
            "right +attention of rows that share a prompt, alone and together, bfloat16")
        .containsPattern("right +8-bit product, blocks of 64, accuracy level 4")
        .containsPattern("a 0.5b judge stored in bfloat16 opens in \\w+, \\w+")
        .doesNotContain("this libtorch is wrong");
  }

  @Test
  void says_how_a_checkpoint_opens_here() {
    Program doctor =
        Program.run("doctor", "--checkpoint", "src/main/resources/demonstration-judge");
    assertThat(doctor.exitCode()).isZero();
    assertThat(doctor.out())
        .containsPattern("opened: pytorch on cpu, \\w+, \\w+, .+ 2,007,776 weights");
  }
}
