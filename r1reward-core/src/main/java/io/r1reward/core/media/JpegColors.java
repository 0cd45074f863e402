package io.r1reward.core.media;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What the components of a JPEG file mean, and how they become RGB. Thread-safe. */
enum JpegColors {
  /** One component. */
  GREY,
  /** Luma and two chroma differences. */
  YCC,
  /** Three components as they are. */
  RGB,
  /** Four inks, stored inverted as Adobe does. */
  CMYK,
  /** Three inks as luma and chroma, and black, stored inverted as Adobe does. */
  YCCK;

  /*
   * The rules are those of libjpeg's default_decompress_parms: JFIF says YCbCr, Adobe's marker says
   * which transform was used, and otherwise the component ids tell. The conversion is its 16-bit
   * fixed-point one, with the chroma of green added before rounding:
   *
   *   R = Y + 1.40200 Cr,  G = Y - 0.34414 Cb - 0.71414 Cr,  B = Y + 1.77200 Cb
   */

  /** Marker of a frame without loss. */
  private static final int LOSSLESS = 0xc3;

  private static final int SCALE_BITS = 16;
  private static final int HALF = 1 << (SCALE_BITS - 1);
  private static final int[] RED_OF_CR = new int[256];
  private static final int[] GREEN_OF_CR = new int[256];
  private static final int[] GREEN_OF_CB = new int[256];
  private static final int[] BLUE_OF_CB = new int[256];

  static {
    for (int i = 0; i < 256; i++) {
      int x = i - 128;
      RED_OF_CR[i] = (fixed(1.40200) * x + HALF) >> SCALE_BITS;
      BLUE_OF_CB[i] = (fixed(1.77200) * x + HALF) >> SCALE_BITS;
      GREEN_OF_CR[i] = -fixed(0.71414) * x;
      GREEN_OF_CB[i] = -fixed(0.34414) * x + HALF;
    }
  }

  private static int fixed(double x) {
    return (int) (x * (1 << SCALE_BITS) + 0.5);
  }

  /** Reads the markers up to the first scan. */
  static JpegColors of(byte[] file) throws IOException {
    boolean jfif = false;
    int adobeTransform = -1;
    int[] ids = {};
    JpegSegments all = JpegSegments.of(file);
    for (JpegSegments.Segment segment : all.segments()) {
      int marker = segment.marker();
      int body = segment.body();
      int end = segment.end();
      if (marker == 0xe0 && startsWith(file, body, end, "JFIF\0")) {
        jfif = true;
      } else if (marker == 0xee && end - body >= 12 && startsWith(file, body, end, "Adobe")) {
        adobeTransform = file[body + 11] & 0xff;
      } else if (segment.isFrame()) {
        checkPrecision(file, segment);
        if (segment.marker() == LOSSLESS) {
          checkLosslessScan(file, all.scan());
        }
        ids = componentIds(file, body, end);
      }
    }
    return of(jfif, adobeTransform, ids);
  }

  /** As Pillow does. A decoder may take 12 bits for 8, or give black, without any warning. */
  private static void checkPrecision(byte[] file, JpegSegments.Segment frame) throws IOException {
    int bits = frame.end() > frame.body() ? file[frame.body()] & 0xff : 0;
    if (bits != 8) {
      throw new IOException(
          "JPEG has samples of "
              + bits
              + " bits, not 8, in its frame of marker 0xff"
              + Integer.toHexString(frame.marker())
              + (frame.marker() == LOSSLESS ? " (lossless)" : ""));
    }
  }

  /** As libjpeg does; a decoder may give black without any warning. */
  private static void checkLosslessScan(byte[] file, int scan) throws IOException {
    int end = scan + 2 + ((file[scan + 2] & 0xff) << 8 | (file[scan + 3] & 0xff));
    int predictor = file[end - 3] & 0xff;
    int last = file[end - 2] & 0xff;
    int shift = file[end - 1] & 0xff;
    if (end < scan + 10 || predictor < 1 || predictor > 7 || last != 0 || shift > 7) {
      throw new IOException(
          "lossless JPEG has predictor "
              + predictor
              + ", not one of 1 to 7, or a point transform of "
              + shift
              + " bits, not 0 to 7");
    }
  }

  private static int[] componentIds(byte[] file, int body, int end) throws IOException {
    int count = end - body > 5 ? file[body + 5] & 0xff : 0;
    if (count < 1 || end - body < 6 + 3 * count) {
      throw new IOException("JPEG frame header is malformed");
    }
    int[] ids = new int[count];
    for (int i = 0; i < count; i++) {
      ids[i] = file[body + 6 + 3 * i] & 0xff;
    }
    return ids;
  }

  private static JpegColors of(boolean jfif, int adobeTransform, int[] ids) throws IOException {
    return switch (ids.length) {
      case 1 -> GREY;
      case 3 -> {
        boolean plain =
            !jfif
                && (adobeTransform >= 0
                    ? adobeTransform == 0
                    : Arrays.equals(ids, new int[] {'R', 'G', 'B'}));
        yield plain ? RGB : YCC;
      }
      // an unknown transform is taken for the one that Adobe defines for four components
      case 4 -> adobeTransform > 0 ? YCCK : CMYK;
      default -> throw new IOException("JPEG has " + ids.length + " components, not 1, 3 or 4");
    };
  }

  private static boolean startsWith(byte[] file, int from, int end, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    return end - from >= bytes.length
        && Arrays.equals(file, from, from + bytes.length, bytes, 0, bytes.length);
  }

  /**
   * Turns decoded components into RGB.
   *
   * @param samples {@code [height, width, components]}; overwritten
   */
  RgbImage toRgb(byte[] samples, int width, int height) {
    return switch (this) {
      case GREY -> RgbConversion.grey(samples, width, height, 1);
      case RGB -> new RgbImage(width, height, samples);
      case YCC -> {
        yccToRgb(samples, 3);
        yield new RgbImage(width, height, samples);
      }
      case CMYK -> {
        complement(samples, 0, 1);
        yield RgbConversion.cmyk(samples, width, height);
      }
      case YCCK -> {
        yccToRgb(samples, 4);
        // libjpeg takes the complement for the three inks, and Adobe's inversion takes it again
        complement(samples, 3, 4);
        yield RgbConversion.cmyk(samples, width, height);
      }
    };
  }

  private static void complement(byte[] samples, int from, int step) {
    for (int i = from; i < samples.length; i += step) {
      samples[i] = (byte) ~samples[i];
    }
  }

  private static void yccToRgb(byte[] samples, int components) {
    for (int i = 0; i < samples.length; i += components) {
      int y = samples[i] & 0xff;
      int cb = samples[i + 1] & 0xff;
      int cr = samples[i + 2] & 0xff;
      samples[i] = clip(y + RED_OF_CR[cr]);
      samples[i + 1] = clip(y + ((GREEN_OF_CB[cb] + GREEN_OF_CR[cr]) >> SCALE_BITS));
      samples[i + 2] = clip(y + BLUE_OF_CB[cb]);
    }
  }

  private static byte clip(int value) {
    return (byte) Math.max(0, Math.min(255, value));
  }
}
