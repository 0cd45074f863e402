package io.r1reward.core.media;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * A PNG file reduced to what decides its colours before transparency: header, palette and image
 * data, each with a checked CRC. Compressed texts and profiles, which may expand to gigabytes, and
 * the transparency of palettes and colour keys, which {@code convert("RGB")} drops, never reach the
 * decoder. Immutable.
 *
 * @param data a PNG file of the kept chunks
 * @param colorType of the header: 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA
 * @param bitDepth bits of a sample
 */
@SuppressWarnings("ArrayRecordComponent")
record PngChunks(byte[] data, int colorType, int bitDepth) {

  static final int GREY_ALPHA = 4;
  static final int RGBA = 6;

  private static final int SIGNATURE_BYTES = 8;
  // length, type, CRC
  private static final int FRAME_BYTES = 12;

  static PngChunks of(byte[] file) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(file);
    ByteArrayOutputStream out = new ByteArrayOutputStream(file.length);
    out.write(file, 0, SIGNATURE_BYTES);
    in.position(SIGNATURE_BYTES);
    int colorType = -1;
    int bitDepth = -1;
    boolean ended = false;
    while (!ended && in.remaining() >= FRAME_BYTES) {
      int start = in.position();
      int length = in.getInt();
      String type = new String(file, start + 4, 4, StandardCharsets.ISO_8859_1);
      if (length < 0 || length > in.remaining() - 8) {
        throw new EOFException("PNG chunk " + type + " is truncated");
      }
      boolean header = type.equals("IHDR");
      if (header != (start == SIGNATURE_BYTES) || (header && length != 13)) {
        throw new IOException("PNG does not begin with one header of 13 bytes");
      }
      if (header) {
        bitDepth = file[start + 16];
        colorType = file[start + 17];
      }
      ended = type.equals("IEND");
      if (header || ended || type.equals("PLTE") || type.equals("IDAT")) {
        checkCrc(file, start, length, type);
        out.write(file, start, length + FRAME_BYTES);
      }
      in.position(start + length + FRAME_BYTES);
    }
    if (colorType < 0) {
      throw new EOFException("PNG is truncated in its header");
    }
    if (!ended && in.hasRemaining()) {
      throw new EOFException("PNG is truncated");
    }
    return new PngChunks(out.toByteArray(), colorType, bitDepth);
  }

  private static void checkCrc(byte[] file, int start, int length, String type) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(file, start + 4, length + 4);
    int stored = ByteBuffer.wrap(file).getInt(start + 8 + length);
    if ((int) crc.getValue() != stored) {
      throw new IOException("PNG chunk " + type + " has a wrong CRC");
    }
  }
}
