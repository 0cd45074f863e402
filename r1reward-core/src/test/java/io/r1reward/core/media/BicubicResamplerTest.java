package io.r1reward.core.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Against Pillow's algorithm written down plainly, on random sizes. */
class BicubicResamplerTest {

  @Test
  void equals_the_plain_algorithm_on_random_sizes() {
    Random random = new Random(7);
    for (int round = 0; round < 300; round++) {
      int width = 1 + random.nextInt(70);
      int height = 1 + random.nextInt(70);
      // some sides keep their length
      int newWidth = random.nextInt(5) == 0 ? width : 1 + random.nextInt(140);
      int newHeight = random.nextInt(5) == 0 ? height : 1 + random.nextInt(140);
      RgbImage source = Pixels.random(width, height, round);
      RgbImage resized = BicubicResampler.resize(source, newWidth, newHeight);
      assertThat(resized.width()).isEqualTo(newWidth);
      assertThat(resized.height()).isEqualTo(newHeight);
      assertThat(resized.pixels())
          .as("%d x %d to %d x %d", width, height, newWidth, newHeight)
          .isEqualTo(plain(source, newWidth, newHeight).pixels());
    }
  }

  @Test
  void keeps_a_flat_picture_flat() {
    byte[] pixels = new byte[97 * 61 * 3];
    Arrays.fill(pixels, (byte) 200);
    RgbImage resized = BicubicResampler.resize(new RgbImage(97, 61, pixels), 13, 113);
    assertThat(resized.pixels()).containsOnly((byte) 200);
  }

  @Test
  void shares_a_picture_that_keeps_its_size() {
    RgbImage source = Pixels.random(5, 4, 1);
    assertThat(BicubicResampler.resize(source, 5, 4)).isSameAs(source);
  }

  private static RgbImage plain(RgbImage source, int width, int height) {
    RgbImage wide = source.width() == width ? source : rows(source, width);
    return wide.height() == height ? wide : transposed(rows(transposed(wide), height));
  }

  private static RgbImage rows(RgbImage source, int width) {
    double scale = (double) source.width() / width;
    double stretch = Math.max(1, scale);
    byte[] out = new byte[width * source.height() * 3];
    for (int x = 0; x < width; x++) {
      double center = (x + 0.5) * scale;
      int from = Math.max(0, (int) (center - 2 * stretch + 0.5));
      int to = Math.min(source.width(), (int) (center + 2 * stretch + 0.5));
      double[] weights = new double[to - from];
      double sum = 0;
      for (int i = from; i < to; i++) {
        weights[i - from] = cubic((i - center + 0.5) * (1.0 / stretch));
        sum += weights[i - from];
      }
      for (int y = 0; y < source.height(); y++) {
        for (int c = 0; c < 3; c++) {
          int total = 1 << 21;
          for (int i = from; i < to; i++) {
            double weight = weights[i - from] / sum * (1 << 22);
            int sample = source.pixels()[(y * source.width() + i) * 3 + c] & 0xff;
            total += sample * (int) (weight < 0 ? weight - 0.5 : weight + 0.5);
          }
          out[(y * width + x) * 3 + c] = (byte) Math.min(255, Math.max(0, total >> 22));
        }
      }
    }
    return new RgbImage(width, source.height(), out);
  }

  /** Keys' kernel with a = -1/2. */
  private static double cubic(double signed) {
    double x = Math.abs(signed);
    if (x < 1) {
      return (1.5 * x - 2.5) * x * x + 1;
    }
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * -0.5 : 0;
  }

  private static RgbImage transposed(RgbImage image) {
    byte[] out = new byte[image.pixels().length];
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        int from = (y * image.width() + x) * 3;
        System.arraycopy(image.pixels(), from, out, (x * image.height() + y) * 3, 3);
      }
    }
    return new RgbImage(image.height(), image.width(), out);
  }
}
