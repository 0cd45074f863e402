package io.r1reward.core.media;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.r1reward.core.media.vp8.KeyFrame;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The first frame of a WebP file on its canvas, as Pillow shows it: on white where the file has
 * transparency, else on black. Lossy pixels come from {@link KeyFrame}, lossless ones from {@link
 * WebpLossless}. Not thread-safe.
 */
final class WebpPicture {

  private static final int CHUNK_HEADER = 8;
  private static final int FIRST_CHUNK = 12;
  private static final int FRAME_HEADER = 16;
  private static final int ALPHA_FLAG = 0x10;
  private static final int ANIMATION_FLAG = 0x02;

  private final ByteBuffer file;
  private final MediaLimits limits;

  private WebpPicture(byte[] file, MediaLimits limits) {
    this.file = ByteBuffer.wrap(file).order(LITTLE_ENDIAN);
    this.limits = limits;
  }

  /** Where the content of a chunk lies. */
  private record Chunk(String type, int start, int end) {}

  static RgbImage decode(byte[] file, MediaLimits limits) throws IOException {
    return new WebpPicture(file, limits).decode();
  }

  private RgbImage decode() throws IOException {
    long length = CHUNK_HEADER + Integer.toUnsignedLong(file.getInt(4));
    if (length > file.capacity()) {
      throw new EOFException("WebP is truncated: " + file.capacity() + " of " + length + " bytes");
    }
    int end = (int) length;
    Chunk first = chunk(FIRST_CHUNK, end, 0);
    if (!first.type().equals("VP8X")) {
      return frame(FIRST_CHUNK, end, true);
    }
    chunk(FIRST_CHUNK, end, 10);
    int flags = file.get(first.start());
    int width = 1 + unsigned24(first.start() + 4);
    int height = 1 + unsigned24(first.start() + 7);
    limits.checkPixels(width, height);
    boolean transparent = (flags & ALPHA_FLAG) != 0;
    if ((flags & ANIMATION_FLAG) == 0) {
      return place(frame(next(first), end, transparent), 0, 0, width, height, transparent);
    }
    Chunk animated = chunk(next(first), end, 0);
    while (!animated.type().equals("ANMF")) {
      animated = chunk(next(animated), end, 0);
    }
    chunk(animated.start() - CHUNK_HEADER, end, FRAME_HEADER);
    int x = 2 * unsigned24(animated.start());
    int y = 2 * unsigned24(animated.start() + 3);
    RgbImage frame = frame(animated.start() + FRAME_HEADER, animated.end(), transparent);
    return place(frame, x, y, width, height, transparent);
  }

  private Chunk chunk(int at, int end, int leastLength) throws IOException {
    if (end - at < CHUNK_HEADER) {
      throw new EOFException("WebP ends without a picture");
    }
    String type = new String(file.array(), at, 4, ISO_8859_1);
    long stop = at + CHUNK_HEADER + Integer.toUnsignedLong(file.getInt(at + 4));
    if (stop > end || stop - at - CHUNK_HEADER < leastLength) {
      throw new EOFException("WebP chunk " + type + " is truncated");
    }
    return new Chunk(type, at + CHUNK_HEADER, (int) stop);
  }

  private static int next(Chunk chunk) {
    return chunk.end() + (chunk.end() - chunk.start()) % 2;
  }

  private int unsigned24(int at) {
    return (file.getShort(at) & 0xffff) | (file.get(at + 2) & 0xff) << 16;
  }

  /** Decodes the frame whose chunks begin at {@code from}. */
  private RgbImage frame(int from, int end, boolean transparent) throws IOException {
    byte[] data = file.array();
    Chunk alpha = null;
    Chunk image = chunk(from, end, 0);
    while (!image.type().equals("VP8 ") && !image.type().equals("VP8L")) {
      alpha = image.type().equals("ALPH") ? image : alpha;
      image = chunk(next(image), end, 0);
    }
    if (image.type().equals("VP8L")) {
      byte[] content = Arrays.copyOfRange(data, image.start(), image.end());
      return WebpLossless.decode(content, transparent, limits);
    }
    int[] size = KeyFrame.size(data, image.start(), image.end());
    limits.checkPixels(size[0], size[1]);
    byte[] rgb = KeyFrame.decode(data, image.start(), image.end());
    byte[] opacity = null;
    if (transparent && alpha != null) {
      byte[] content = Arrays.copyOfRange(data, alpha.start(), alpha.end());
      opacity = WebpAlpha.decode(content, size[0], size[1]);
    }
    return withOpacity(rgb, opacity, size[0], size[1]);
  }

  private static RgbImage withOpacity(
      byte[] rgb, byte @Nullable [] opacity, int width, int height) {
    return opacity == null
        ? new RgbImage(width, height, rgb)
        : RgbConversion.onWhite(rgb, opacity, width, height);
  }

  private static RgbImage place(
      RgbImage frame, int x, int y, int width, int height, boolean transparent) throws IOException {
    if (frame.width() == width && frame.height() == height && x == 0 && y == 0) {
      return frame;
    }
    if (x + frame.width() > width || y + frame.height() > height) {
      throw new IOException(
          "WebP frame of "
              + frame.width()
              + " x "
              + frame.height()
              + " pixels leaves its canvas of "
              + width
              + " x "
              + height);
    }
    return frame.placed(x, y, width, height, transparent ? 0xffffff : 0);
  }
}
