package io.r1reward.core.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** JPEG files of the best quality, decoded by whatever libjpeg the JDK has. */
class JpegPixelsTest {

  private static final int SIZE = 64;

  /** Holds one chroma block where chroma has half the width and height. */
  private static final int SQUARE = 16;

  /*
   * All quantisers are 1. In a block of one colour only the first coefficient, 8 times the mean, is
   * rounded, by 1/2 at most: that is 1/16 of a level. The decoded sample is rounded by 1/2.
   */

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void luma_and_chroma_of_whole_and_of_half_size_give_the_colours(int subsampling)
      throws IOException {
    BufferedImage image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_INT_RGB);
    fill(image.getRaster(), 3);
    RgbImage decoded = decode(encode(image, null, subsampling));
    // luma and chroma are rounded by 1/2 before, so that each is off by 17/16 at most; then blue is
    // off by 17/16 (1 + 1.772) + 1/2 = 3.45, and red and green by less
    compare(decoded, image.getRaster(), 3);
  }

  @Test
  void grey_gives_the_levels() throws IOException {
    BufferedImage image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_BYTE_GRAY);
    fill(image.getRaster(), 1);
    compare(decode(encode(image, null, 0)), image.getRaster(), 1);
  }

  @Test
  void noise_stays_within_the_error_of_the_coefficients() throws IOException {
    BufferedImage image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_BYTE_GRAY);
    Random random = new Random(3);
    for (int i = 0; i < SIZE * SIZE; i++) {
      image.getRaster().setSample(i % SIZE, i / SIZE, 0, random.nextInt(256));
    }
    // 64 coefficients off by 1/2: at most (1/sqrt(8) + sum |cos((2x + 1) u pi / 16)| / 2)^2 / 2
    // = 3.5, and 1/2 of rounding
    compare(decode(encode(image, null, 0)), image.getRaster(), 4);
  }

  @Test
  void inks_give_light_times_what_black_leaves() throws IOException {
    WritableRaster inks = Raster.createInterleavedRaster(0, SIZE, SIZE, 4, null);
    fill(inks, 4);
    WritableRaster light = Raster.createInterleavedRaster(0, SIZE, SIZE, 3, null);
    for (int i = 0; i < SIZE * SIZE; i++) {
      int[] stored = inks.getPixel(i % SIZE, i / SIZE, (int[]) null);
      for (int k = 0; k < 3; k++) {
        light.setSample(i % SIZE, i / SIZE, k, Math.round(stored[k] * stored[3] / 255f));
      }
    }
    // a product of two numbers of at most 1, each off by 1/255: by 2/255, and rounded once more
    compare(decode(encode(null, inks, 0)), light, 3);
  }

  /** Squares of one random colour. */
  private static void fill(WritableRaster raster, int bands) {
    Random random = new Random(8);
    int[] colors = random.ints((long) SIZE * SIZE * bands, 0, 256).toArray();
    for (int y = 0; y < SIZE; y++) {
      for (int x = 0; x < SIZE; x++) {
        int square = y / SQUARE * SIZE + x / SQUARE;
        for (int k = 0; k < bands; k++) {
          raster.setSample(x, y, k, colors[square * bands + k]);
        }
      }
    }
  }

  /** Without the edges of squares, where chroma of half the size is mixed. */
  private static void compare(RgbImage decoded, Raster expected, int tolerance) {
    int bands = expected.getNumBands();
    int compared = 0;
    for (int y = 0; y < SIZE; y++) {
      for (int x = 0; x < SIZE; x++) {
        if (x % SQUARE % (SQUARE - 1) == 0 || y % SQUARE % (SQUARE - 1) == 0) {
          continue;
        }
        for (int k = 0; k < 3; k++) {
          int level = decoded.pixels()[(y * SIZE + x) * 3 + k] & 0xff;
          int wanted = expected.getSample(x, y, Math.min(k, bands - 1));
          assertThat(Math.abs(level - wanted))
              .as(x + " " + y + " " + k)
              .isLessThanOrEqualTo(tolerance);
          compared++;
        }
      }
    }
    assertThat(compared).isEqualTo(SIZE / SQUARE * (SIZE / SQUARE) * 14 * 14 * 3);
  }

  private static RgbImage decode(byte[] file) throws IOException {
    return ImageDecoder.decode(file, MediaLimits.DEFAULT);
  }

  /** Exactly one of image and raster is given; a subsampling of 0 leaves the encoder's own. */
  private static byte[] encode(
      @Nullable BufferedImage image, @Nullable Raster raster, int subsampling) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
      writer.setOutput(stream);
      ImageWriteParam param = writer.getDefaultWriteParam();
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      param.setCompressionQuality(1);
      if (raster != null) {
        writer.write(null, new IIOImage(raster, null, null), param);
      } else {
        IIOMetadata metadata = null;
        if (subsampling > 0) {
          metadata = writer.getDefaultImageMetadata(new ImageTypeSpecifier(image), param);
          String format = metadata.getNativeMetadataFormatName();
          IIOMetadataNode root = (IIOMetadataNode) metadata.getAsTree(format);
          IIOMetadataNode luma =
              (IIOMetadataNode) root.getElementsByTagName("componentSpec").item(0);
          luma.setAttribute("HsamplingFactor", String.valueOf(subsampling));
          luma.setAttribute("VsamplingFactor", String.valueOf(subsampling));
          metadata.setFromTree(format, root);
        }
        writer.write(null, new IIOImage(image, null, metadata), param);
      }
    } finally {
      writer.dispose();
    }
    return out.toByteArray();
  }
}
