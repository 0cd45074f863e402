package io.r1reward.core.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NativesTest {

  @Test
  void the_reason_names_what_a_failure_came_from() {
    UnsatisfiedLinkError missing = new UnsatisfiedLinkError("libcuda.so.1: cannot open");
    String root = "java.lang.UnsatisfiedLinkError: libcuda.so.1: cannot open";

    assertThat(Natives.reason(missing)).isEqualTo("libcuda.so.1: cannot open");
    assertThat(Natives.reason(new IllegalStateException("no library", missing)))
        .isEqualTo("no library (" + root + ")");
    assertThat(Natives.reason(new ExceptionInInitializerError(missing)))
        .isEqualTo("java.lang.ExceptionInInitializerError (" + root + ")");
  }
}
