package io.r1reward.core.media;

import com.google.common.hash.Hashing;
import io.r1reward.core.testing.Reference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;

/** Pixels and their fingerprints. */
final class Pixels {

  /** The published configuration, as in the reference's checkpoints. */
  static final PreprocessorConfig CONFIG =
      PreprocessorConfig.read(Reference.path("qwen25vl-tiny/preprocessor_config.json"));

  private Pixels() {}

  static RgbImage decode(String name) {
    return decode(Reference.bytes(name));
  }

  static RgbImage decode(byte[] file) {
    try {
      return ImageDecoder.decode(file, MediaLimits.DEFAULT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static RgbImage random(int width, int height, long seed) {
    byte[] pixels = new byte[width * height * RgbImage.CHANNELS];
    new Random(seed).nextBytes(pixels);
    return new RgbImage(width, height, pixels);
  }

  /** SHA-256 of the bytes, in hexadecimal. */
  static String sha256(byte[] bytes) {
    return Hashing.sha256().hashBytes(bytes).toString();
  }

  /** SHA-256 of the little-endian floats, in hexadecimal. */
  static String sha256(float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return sha256(bytes.array());
  }

  static double meanDifference(RgbImage a, RgbImage b) {
    double sum = 0;
    for (int i = 0; i < a.pixels().length; i++) {
      sum += Math.abs((a.pixels()[i] & 0xff) - (b.pixels()[i] & 0xff));
    }
    return sum / a.pixels().length;
  }
}
