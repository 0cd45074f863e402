package io.r1reward.core.torch;

import io.r1reward.core.safetensors.DType;

/** Number formats that the engine computes in, with PyTorch's numbers for them. */
enum Precision {
  FLOAT32("float32", 6, DType.F32, 0x1p-24),
  BFLOAT16("bfloat16", 15, DType.BF16, 0x1p-8);

  private final String label;
  private final int scalarType;
  private final DType dtype;
  private final double roundoff;

  Precision(String label, int scalarType, DType dtype, double roundoff) {
    this.label = label;
    this.scalarType = scalarType;
    this.dtype = dtype;
    this.roundoff = roundoff;
  }

  /** PyTorch's ScalarType. */
  int scalarType() {
    return scalarType;
  }

  /** The checkpoint's name for the same format. */
  DType dtype() {
    return dtype;
  }

  /** Largest relative error of rounding a number to the format. */
  double roundoff() {
    return roundoff;
  }

  String label() {
    return label;
  }
}
