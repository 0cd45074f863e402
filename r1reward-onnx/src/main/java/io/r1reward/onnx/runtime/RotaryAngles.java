package io.r1reward.onnx.runtime;

import io.r1reward.core.model.RotaryFrequencies;
import io.r1reward.core.model.TextConfig;

/**
 * Cosines and sines of rotary angles, row by row, in float32 as the Hugging Face implementation has
 * them: the inverse frequencies and their products with the positions are rounded to float32. Not
 * thread-safe.
 */
final class RotaryAngles {
  private final float[] inverseFrequencies;
  private final int[] axes;
  private final float[] cos;
  private final float[] sin;
  private int at;

  private RotaryAngles(float[] inverseFrequencies, int[] axes, int rows) {
    this.inverseFrequencies = inverseFrequencies;
    this.axes = axes;
    this.cos = new float[rows * axes.length];
    this.sin = new float[rows * axes.length];
  }

  /**
   * Angles of decoder tokens.
   *
   * @param text what turns with which axis
   * @param rows tokens to come
   */
  static RotaryAngles ofText(TextConfig text, int rows) {
    return new RotaryAngles(
        RotaryFrequencies.inverse(text.ropeTheta(), text.headDim()), text.rotaryAxes(), rows);
  }

  /**
   * Angles of picture patches: the first half of the frequencies turns with the row, the same
   * frequencies once more with the column.
   *
   * @param headDim width of a head
   * @param rows patches to come
   */
  static RotaryAngles ofVision(int headDim, int rows) {
    int half = headDim / 2;
    int quarter = half / 2;
    int[] axes = new int[half];
    float[] once = RotaryFrequencies.inverse(RotaryFrequencies.VISION_THETA, half);
    float[] inverse = new float[half];
    for (int i = 0; i < half; i++) {
      axes[i] = i < quarter ? 1 : 2;
      inverse[i] = once[i % quarter];
    }
    return new RotaryAngles(inverse, axes, rows);
  }

  /** Adds the next row. */
  void add(int time, int height, int width) {
    for (int i = 0; i < axes.length; i++) {
      int position = axes[i] == 0 ? time : axes[i] == 1 ? height : width;
      float angle = position * inverseFrequencies[i];
      cos[at] = (float) Math.cos(angle);
      sin[at++] = (float) Math.sin(angle);
    }
  }

  /** Returns the cosines, {@code [rows, half]}. */
  float[] cos() {
    return cos;
  }

  /** Returns the sines, {@code [rows, half]}. */
  float[] sin() {
    return sin;
  }

  /** Returns the number of rows. */
  int rows() {
    return cos.length / axes.length;
  }

  /** Returns the number of frequencies. */
  int half() {
    return axes.length;
  }
}
