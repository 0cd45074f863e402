package io.r1reward.onnx.export;

import io.r1reward.onnx.graph.ElementType;

/** Number formats that weights can be exported in. */
public enum Precision {
  /** 32-bit floats; taken from the checkpoint's own files where it is float32 itself. */
  FLOAT32(32),
  /** 16-bit floats with 5 exponent bits; for graphs that run on a GPU. */
  FLOAT16(16),
  /** 16-bit floats with 8 exponent bits; for graphs that run on a GPU. */
  BFLOAT16(16),
  /** 8-bit integers with one scale per block. */
  INT8(8),
  /** 4-bit integers with one scale per block. */
  INT4(4);

  private final int bits;

  Precision(int bits) {
    this.bits = bits;
  }

  /** Returns the bits of one weight, without its share of the scale. */
  public int bits() {
    return bits;
  }

  /** Says whether blocks of weights share a scale. */
  public boolean isQuantised() {
    return bits < 16;
  }

  /** Returns the format of the activations of a graph whose weights mostly have this format. */
  ElementType activations() {
    return switch (this) {
      case FLOAT16 -> ElementType.FLOAT16;
      case BFLOAT16 -> ElementType.BFLOAT16;
      case FLOAT32, INT8, INT4 -> ElementType.FLOAT32;
    };
  }
}
