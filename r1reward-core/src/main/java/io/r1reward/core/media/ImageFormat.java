package io.r1reward.core.media;

import java.io.IOException;
import java.util.Arrays;

/** The formats that are understood, told by their first bytes and never by a file name. */
public enum ImageFormat {
  /** Portable Network Graphics. */
  PNG("png"),
  /** Graphics Interchange Format, of which the first picture is read. */
  GIF("gif"),
  /** JPEG. */
  JPEG("jpg"),
  /** Windows bitmap. */
  BMP("bmp"),
  /** TIFF and BigTIFF. */
  TIFF("tif"),
  /** WebP, lossy and lossless. */
  WEBP("webp");

  private final String extension;

  ImageFormat(String extension) {
    this.extension = extension;
  }

  /** Returns how the names of such files end, without the dot. */
  public String extension() {
    return extension;
  }

  /**
   * Tells the format of encoded data.
   *
   * @throws IOException if it is none of these
   */
  public static ImageFormat of(byte[] data) throws IOException {
    if (data.length == 0) {
      throw new IOException("is empty");
    }
    if (startsWith(data, 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n')) {
      return PNG;
    } else if (startsWith(data, 0xff, 0xd8, 0xff)) {
      return JPEG;
    } else if (startsWith(data, 'G', 'I', 'F', '8', '7', 'a')
        || startsWith(data, 'G', 'I', 'F', '8', '9', 'a')) {
      return GIF;
    } else if (startsWith(data, 'I', 'I', 42, 0)
        || startsWith(data, 'M', 'M', 0, 42)
        || startsWith(data, 'I', 'I', 43, 0) // BigTIFF
        || startsWith(data, 'M', 'M', 0, 43)) {
      return TIFF;
    } else if (startsWith(data, 'R', 'I', 'F', 'F')
        && data.length >= 12
        && startsWith(Arrays.copyOfRange(data, 8, 12), 'W', 'E', 'B', 'P')) {
      return WEBP;
    } else if (startsWith(data, 'B', 'M')) {
      return BMP;
    }
    throw new IOException("is not a PNG, JPEG, WebP, GIF, BMP or TIFF picture");
  }

  private static boolean startsWith(byte[] data, int... magic) {
    if (data.length < magic.length) {
      return false;
    }
    for (int i = 0; i < magic.length; i++) {
      if ((data[i] & 0xff) != magic[i]) {
        return false;
      }
    }
    return true;
  }
}
