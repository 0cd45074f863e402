package io.r1reward.core.media.vp8l;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Decodes the lossless half of WebP. Thread-safe.
 *
 * <p>Follows RFC 9649, WebP Image Format, section 3.
 */
public final class LosslessImage {

  private LosslessImage() {}

  /**
   * Decodes a stream that lacks its header of signature, size and version.
   *
   * @return {@code [height, width]}: alpha, red, green and blue, alpha in the highest byte
   * @throws IOException if the data are truncated or malformed
   */
  public static int[] decode(byte[] data, int start, int end, int width, int height)
      throws IOException {
    BitReader in = new BitReader(data, start, end);
    Deque<Transform> transforms = new ArrayDeque<>();
    int columns = width;
    int seen = 0;
    while (in.flag()) {
      int type = in.read(2);
      if ((seen >> type & 1) == 1) {
        throw new IOException("WebP has the same transform twice in its lossless data");
      }
      seen |= 1 << type;
      Transform transform = Transform.read(in, type, columns, height);
      columns = transform.codedWidth();
      transforms.push(transform);
    }
    int[] pixels = EntropyImage.read(in, columns, height, true);
    for (Transform transform : transforms) {
      pixels = transform.undo(pixels, height);
    }
    return pixels;
  }
}
