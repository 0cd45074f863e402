package io.r1reward.core.torch;

import java.util.Locale;

/** How the weights of linear layers are kept. */
enum Layout {
  /** In the checkpoint's mapped memory: opens at once, needs no memory of its own, slowest. */
  MAPPED("linear_separate.py"),
  /** Copied, with q, k, v and gate, up joined. */
  FUSED("linear_fused.py"),
  /** As {@link #FUSED}, in the order in which oneDNN reads fastest. */
  PACKED("linear_packed.py");

  private final String source;

  Layout(String source) {
    this.source = source;
  }

  String source() {
    return source;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
