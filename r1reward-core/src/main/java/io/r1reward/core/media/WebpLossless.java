package io.r1reward.core.media;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.awt.image.Raster;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.imageio.ImageReadParam;

/**
 * Pixels of the lossless half of WebP, read by ImageIO from a file of nothing else.
 *
 * @param width columns
 * @param height rows
 * @param samples {@code [height, width, bands]}: red, green, blue and perhaps alpha
 * @param bands 3 or 4
 */
@SuppressWarnings("ArrayRecordComponent")
record WebpLossless(int width, int height, byte[] samples, int bands) {

  private static final int SIGNATURE = 0x2f;
  private static final int HEADER_BYTES = 5;
  private static final int GREEN = 1;

  /** Decodes the content of a {@code VP8L} chunk. */
  static WebpLossless decode(byte[] content, MediaLimits limits) throws IOException {
    if (content.length < HEADER_BYTES) {
      throw new EOFException("WebP chunk VP8L is truncated");
    }
    int padding = content.length % 2;
    ByteBuffer file =
        ByteBuffer.allocate(20 + content.length + padding)
            .order(LITTLE_ENDIAN)
            .put("RIFF".getBytes(ISO_8859_1))
            .putInt(12 + content.length + padding)
            .put("WEBPVP8L".getBytes(ISO_8859_1))
            .putInt(content.length)
            .put(content);
    return ImageDecoder.read(
        ImageFormat.WEBP,
        file.array(),
        limits,
        reader -> {
          ImageReadParam param = reader.getDefaultReadParam();
          param.setDestinationType(reader.getRawImageType(0));
          Raster raster = reader.read(0, param).getRaster();
          return new WebpLossless(
              raster.getWidth(),
              raster.getHeight(),
              RgbConversion.samples(raster, false),
              raster.getNumBands());
        });
  }

  /**
   * Decodes a lossless stream that lacks its header, and returns its green: {@code [height,
   * width]}.
   */
  static byte[] greenOf(byte[] stream, int from, int width, int height, MediaLimits limits)
      throws IOException {
    ByteBuffer content =
        ByteBuffer.allocate(HEADER_BYTES + stream.length - from).order(LITTLE_ENDIAN);
    content.put((byte) SIGNATURE).putInt((width - 1) | ((height - 1) << 14));
    content.put(stream, from, stream.length - from);
    WebpLossless decoded = decode(content.array(), limits);
    byte[] green = new byte[width * height];
    for (int i = 0; i < green.length; i++) {
      green[i] = decoded.samples[i * decoded.bands + GREEN];
    }
    return green;
  }

  /** Returns the colours, on white if alpha counts. */
  RgbImage flatten(boolean transparent) {
    return bands == 4 && transparent
        ? RgbConversion.onWhite(samples, width, height, bands, false)
        : RgbConversion.rgb(samples, width, height, bands);
  }
}
