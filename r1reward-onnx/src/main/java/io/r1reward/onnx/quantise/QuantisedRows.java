package io.r1reward.onnx.quantise;

/**
 * Rows of a weight matrix, cut into blocks along the row, each value an unsigned code around a
 * fixed middle: {@code weight = (code - middle) * scale of the block}.
 *
 * <p>This is what {@code MatMulNBits} reads without zero points. With 4 bits, the even value of a
 * pair is the low half of the byte. A last block that the row does not fill is padded with the
 * middle, which stands for 0. Immutable by contract.
 *
 * @param bits of a code, 4 or 8
 * @param rows number of rows
 * @param columns values in a row
 * @param blockSize values in a block, a power of 2
 * @param codes {@code [rows, blocks, blockSize * bits / 8]}
 * @param scales {@code [rows, blocks]}
 */
@SuppressWarnings("ArrayRecordComponent") // megabytes, written out at once
public record QuantisedRows(
    int bits, int rows, int columns, int blockSize, byte[] codes, float[] scales) {

  /** Returns the number of blocks in a row of {@code columns} values. */
  public static int blocks(int columns, int blockSize) {
    return (columns + blockSize - 1) / blockSize;
  }

  /** Returns the code that stands for 0. */
  public static int middle(int bits) {
    return 1 << (bits - 1);
  }

  /** Returns the weights that the codes stand for, {@code [rows, columns]}. */
  public float[] dequantise() {
    int blocks = blocks(columns, blockSize);
    float[] values = new float[rows * columns];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        int block = row * blocks + column / blockSize;
        values[row * columns + column] =
            (code(block, column % blockSize) - middle(bits)) * scales[block] + 0f; // never -0
      }
    }
    return values;
  }

  private int code(int block, int at) {
    if (bits == 8) {
      return Byte.toUnsignedInt(codes[block * blockSize + at]);
    }
    int pair = codes[(block * blockSize + at) / 2];
    return (at & 1) == 0 ? pair & 0xf : (pair >>> 4) & 0xf;
  }
}
