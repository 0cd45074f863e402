package io.r1reward.onnx.quantise;

import io.r1reward.InvalidInputException;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Quantises rows of weights, all rows at the same time on the common pool. Immutable and
 * thread-safe.
 *
 * @param bits of a code, 4 or 8
 * @param blockSize values that share a scale: 16, 32, 64, 128 or 256
 * @param rounding how a block's scale is found
 */
public record Quantiser(int bits, int blockSize, BlockRounding rounding) {

  /** Checks the numbers. */
  public Quantiser {
    if (bits != 4 && bits != 8) {
      throw new InvalidInputException("quantisation must be to 4 or 8 bits, got " + bits);
    }
    if (blockSize < 16 || blockSize > 256 || Integer.bitCount(blockSize) != 1) {
      throw new InvalidInputException(
          "quantisation block size must be 16, 32, 64, 128 or 256, got " + blockSize);
    }
  }

  /**
   * Quantises {@code values}, {@code [rows, columns]} row-major.
   *
   * @throws InvalidInputException if a value is not finite
   */
  public QuantisedRows quantise(float[] values, int rows, int columns) {
    return quantise(values, rows, columns, null);
  }

  /**
   * Quantises as {@link #quantise(float[], int, int)} does, with error feedback. The values are
   * changed.
   *
   * @param feedback made of the inputs of this matrix, whose windows are whole blocks; null for
   *     none
   */
  public QuantisedRows quantise(
      float[] values, int rows, int columns, @Nullable ErrorFeedback feedback) {
    int blocks = QuantisedRows.blocks(columns, blockSize);
    byte[] codes = new byte[rows * blocks * blockSize * bits / 8];
    float[] scales = new float[rows * blocks];
    IntStream.range(0, rows)
        .parallel()
        .forEach(
            row -> {
              checkFinite(values, row, columns);
              if (feedback == null) {
                quantiseRow(values, row, columns, blocks, codes, scales);
              } else {
                feedback.quantiseRow(this, values, row, codes, scales);
              }
            });
    return new QuantisedRows(bits, rows, columns, blockSize, codes, scales);
  }

  private void quantiseRow(
      float[] values, int row, int columns, int blocks, byte[] codes, float[] scales) {
    int[] block = new int[blockSize];
    for (int b = 0; b < blocks; b++) {
      int length = Math.min(blockSize, columns - b * blockSize);
      int offset = row * columns + b * blockSize;
      float scale = rounding.scale(values, offset, length, bits);
      float inverse = BlockRounding.inverse(scale);
      int middle = QuantisedRows.middle(bits);
      for (int i = 0; i < length; i++) {
        block[i] = BlockRounding.code(values[offset + i], inverse, middle);
      }
      Arrays.fill(block, length, blockSize, middle);
      scales[row * blocks + b] = scale;
      pack(block, codes, (row * blocks + b) * blockSize * bits / 8);
    }
  }

  private static void checkFinite(float[] values, int row, int columns) {
    for (int i = 0; i < columns; i++) {
      float value = values[row * columns + i];
      if (!Float.isFinite(value)) {
        throw new InvalidInputException(
            "weight " + i + " of row " + row + " is " + value + " and cannot be quantised");
      }
    }
  }

  /** Writes the codes of a block. */
  void pack(int[] block, byte[] codes, int at) {
    if (bits == 8) {
      for (int i = 0; i < blockSize; i++) {
        codes[at + i] = (byte) block[i];
      }
    } else {
      for (int i = 0; i < blockSize; i += 2) {
        codes[at + i / 2] = (byte) (block[i] | block[i + 1] << 4);
      }
    }
  }
}
