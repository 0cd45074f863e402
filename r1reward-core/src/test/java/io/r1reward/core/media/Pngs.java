package io.r1reward.core.media;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** PNG files put together by hand. */
final class Pngs {

  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final int HEADER_END = 33;

  private Pngs() {}

  /** A PNG of unfiltered rows; {@code rows} holds a filter byte of 0 before each row. */
  static byte[] of(int width, int height, int bitDepth, int colorType, byte[] rows) {
    ByteBuffer header = ByteBuffer.allocate(13);
    header.putInt(width).putInt(height).put((byte) bitDepth).put((byte) colorType);
    return join(
        SIGNATURE,
        chunk("IHDR", header.array()),
        chunk("IDAT", deflated(rows)),
        chunk("IEND", new byte[0]));
  }

  /** The same file with another chunk behind its header. */
  static byte[] withChunk(byte[] file, byte[] chunk) {
    return join(
        Arrays.copyOf(file, HEADER_END), chunk, Arrays.copyOfRange(file, HEADER_END, file.length));
  }

  static byte[] chunk(String type, byte[] body) {
    ByteBuffer out = ByteBuffer.allocate(body.length + 12);
    out.putInt(body.length).put(type.getBytes(StandardCharsets.ISO_8859_1)).put(body);
    CRC32 crc = new CRC32();
    crc.update(out.array(), 4, body.length + 4);
    return out.putInt((int) crc.getValue()).array();
  }

  static byte[] deflated(byte[] data) {
    Deflater deflater = new Deflater();
    deflater.setInput(data);
    deflater.finish();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] buffer = new byte[8192];
    while (!deflater.finished()) {
      out.write(buffer, 0, deflater.deflate(buffer));
    }
    deflater.end();
    return out.toByteArray();
  }

  /** The types of a file's chunks, in order. */
  static List<String> types(byte[] file) {
    List<String> types = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(file).position(SIGNATURE.length);
    while (in.hasRemaining()) {
      int length = in.getInt();
      types.add(new String(file, in.position(), 4, StandardCharsets.ISO_8859_1));
      in.position(in.position() + length + 8);
    }
    return types;
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
