package io.r1reward.core.media;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * A PNG file reduced to what decides its colours before transparency: header, palette and image
 * data, the first two with a checked CRC. As in Pillow, the CRC of image data is not looked at, and
 * a file may end behind its last pixel: whether that is there, the decoder tells. Compressed texts
 * and profiles, which may expand to gigabytes, and the transparency of palettes and colour keys,
 * which {@code convert("RGB")} drops, never reach the decoder. Immutable.
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
  private static final int CRC_BYTES = 4;
  private static final byte[] END = {0, 0, 0, 0, 'I', 'E', 'N', 'D', -82, 66, 96, -126};

  static PngChunks of(byte[] file) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(file);
    ByteArrayOutputStream out = new ByteArrayOutputStream(file.length);
    out.write(file, 0, SIGNATURE_BYTES);
    in.position(SIGNATURE_BYTES);
    int colorType = -1;
    int bitDepth = -1;
    boolean ended = false;
    while (!ended && in.remaining() >= FRAME_BYTES - CRC_BYTES) {
      int start = in.position();
      int length = in.getInt();
      String type = new String(file, start + 4, 4, StandardCharsets.ISO_8859_1);
      boolean imageData = type.equals("IDAT");
      in.position(start + 8);
      boolean cut = length < 0 || length > in.remaining() - CRC_BYTES;
      boolean header = type.equals("IHDR");
      if (cut && imageData && length >= 0) {
        writeChunk(out, file, start, Math.min(length, in.remaining()));
        break;
      } else if (cut && !(type.equals("IEND") && length == 0)) {
        throw new EOFException("PNG chunk " + type + " is truncated");
      } else if (header != (start == SIGNATURE_BYTES) || (header && length != 13)) {
        throw new IOException("PNG does not begin with one header of 13 bytes");
      }
      if (header) {
        bitDepth = file[start + 16];
        colorType = file[start + 17];
      }
      ended = type.equals("IEND");
      if (imageData) {
        writeChunk(out, file, start, length);
      } else if (header || type.equals("PLTE")) {
        checkCrc(file, start, length, type);
        writeChunk(out, file, start, length);
      }
      in.position(Math.min(file.length, start + length + FRAME_BYTES));
    }
    if (colorType < 0) {
      throw new EOFException("PNG is truncated in its header");
    }
    out.write(END, 0, END.length);
    return new PngChunks(out.toByteArray(), colorType, bitDepth);
  }

  /** Writes a chunk whose CRC is right and whose data may be less than the file says. */
  private static void writeChunk(ByteArrayOutputStream out, byte[] file, int start, int length) {
    CRC32 crc = new CRC32();
    crc.update(file, start + 4, 4);
    crc.update(file, start + 8, length);
    ByteBuffer number = ByteBuffer.allocate(4);
    out.write(number.putInt(0, length).array(), 0, 4);
    out.write(file, start + 4, 4 + length);
    out.write(number.putInt(0, (int) crc.getValue()).array(), 0, 4);
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
