package io.r1reward.core.torch;

import io.r1reward.core.machine.Processor;

/** How attention over a prompt, over a picture and where rows copy their prompts is computed. */
enum Attention {
  /** By libtorch's fused kernels. */
  FUSED("attention_fused.py"),
  /** By the same, pictures in float32 whatever the number format is. */
  FUSED_WIDE("attention_wide.py"),
  /** By products and a softmax, where the fused kernels do not hold against these. */
  PLAIN("attention_plain.py");

  private final String source;

  Attention(String source) {
    this.source = source;
  }

  /**
   * Chooses among the fused ones; on a GPU there is nothing to choose. A CPU's kernel for bfloat16
   * multiplies it well by AMX's tiles alone: a picture of 5,120 patches was seen at a fifth of the
   * speed of its linear layers on AVX-512, and on AVX2 float32 is a little faster, conversions
   * included. Of ARM nothing is known.
   */
  static Attention fused(Precision precision, boolean gpu, Processor processor) {
    boolean x86 = processor.has("AVX") || processor.has("SSE41");
    return !gpu && precision == Precision.BFLOAT16 && x86 && !processor.has("AVX512_CORE_AMX")
        ? FUSED_WIDE
        : FUSED;
  }

  String source() {
    return source;
  }
}
