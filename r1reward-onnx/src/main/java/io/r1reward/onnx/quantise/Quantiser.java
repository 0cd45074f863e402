package io.r1reward.onnx.quantise;

import io.r1reward.InvalidInputException;
import java.util.Arrays;
import java.util.stream.IntStream;

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
    int blocks = QuantisedRows.blocks(columns, blockSize);
    byte[] codes = new byte[rows * blocks * blockSize * bits / 8];
    float[] scales = new float[rows * blocks];
    IntStream.range(0, rows)
        .parallel()
        .forEach(row -> quantiseRow(values, row, columns, blocks, codes, scales));
    return new QuantisedRows(bits, rows, columns, blockSize, codes, scales);
  }

  private void quantiseRow(
      float[] values, int row, int columns, int blocks, byte[] codes, float[] scales) {
    int[] block = new int[blockSize];
    for (int b = 0; b < blocks; b++) {
      int length = Math.min(blockSize, columns - b * blockSize);
      int offset = row * columns + b * blockSize;
      if (!isFinite(values, offset, length)) {
        throw new InvalidInputException(
            "weights of row " + row + ", block " + b + " are not finite");
      }
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

  private static boolean isFinite(float[] values, int offset, int length) {
    float zeros = 0; // stays 0 unless a value is infinite or NaN
    for (int i = offset; i < offset + length; i++) {
      zeros += values[i] * 0;
    }
    return zeros == 0;
  }

  private void pack(int[] block, byte[] codes, int at) {
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
