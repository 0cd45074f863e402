package io.r1reward.core.torch;

/** How attention over a prompt, over a picture and where rows copy their prompts is computed. */
enum Attention {
  /** By libtorch's fused kernels. */
  FUSED("attention_fused.py"),
  /** By products and a softmax, where the fused kernels do not hold against these. */
  PLAIN("attention_plain.py");

  private final String source;

  Attention(String source) {
    this.source = source;
  }

  String source() {
    return source;
  }
}
