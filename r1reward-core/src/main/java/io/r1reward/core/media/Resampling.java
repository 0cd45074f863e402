package io.r1reward.core.media;

/** Whose bicubic filter for bytes resizes a picture; they differ in the rounding of weights. */
public enum Resampling {
  /** Pillow's {@code Image.resize}. */
  PILLOW,
  /** PyTorch's {@code interpolate} with antialiasing, which torchvision calls. */
  PYTORCH
}
