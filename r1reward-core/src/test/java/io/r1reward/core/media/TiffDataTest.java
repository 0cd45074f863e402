package io.r1reward.core.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.Image;
import io.r1reward.MediaException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageWriterSpi;
import javax.imageio.stream.ImageOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TIFF files of the JDK's encoder whose tags are valid and whose data are not. */
class TiffDataTest {

  private static final int SIZE = 64;
  private static final int STRIP_OFFSETS = 273;
  private static final int STRIP_COUNTS = 279;

  private final ImageLoader loader = new ImageLoader(MediaLimits.DEFAULT, null);

  @ParameterizedTest
  @ValueSource(strings = {"CCITT RLE", "CCITT T.4", "CCITT T.6"})
  void reads_whole_fax_data_and_refuses_those_that_end_early(String type) throws IOException {
    BufferedImage image = noise(BufferedImage.TYPE_BYTE_BINARY);
    byte[] file = tiff(image, type);
    assertReads(file, image);
    int count = get(file, STRIP_COUNTS, 0);
    for (int kept : new int[] {1, count / 2, count * 9 / 10}) {
      byte[] cut = file.clone();
      put(cut, STRIP_COUNTS, 0, kept);
      assertRefused(cut, "TIFF", "fax data");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"CCITT RLE", "CCITT T.4", "CCITT T.6"})
  void refuses_fax_data_that_give_way_to_zeros(String type) throws IOException {
    byte[] file = tiff(noise(BufferedImage.TYPE_BYTE_BINARY), type);
    int at = get(file, STRIP_OFFSETS, 0);
    int count = get(file, STRIP_COUNTS, 0);
    Arrays.fill(file, at + count / 2, at + count, (byte) 0);
    assertRefused(file, "TIFF", "fax data");
  }

  @Test
  void refuses_a_strip_that_leaves_the_file() throws IOException {
    byte[] file = tiff(noise(BufferedImage.TYPE_INT_RGB), null);
    int rows = get(file, 278, 0);
    // the last strip holds the rest of the rows, of 64 pixels of 3 bytes
    int needed = (SIZE - rows) * SIZE * 3;
    put(file, STRIP_OFFSETS, 1, file.length - 100);
    assertRefused(file, "strip 1 of 2 has 100 bytes, not " + needed);
  }

  @Test
  void reads_a_strip_that_is_longer_than_its_tag_tells() throws IOException {
    BufferedImage image = noise(BufferedImage.TYPE_INT_RGB);
    byte[] file = tiff(image, null);
    put(file, STRIP_COUNTS, 1, 100);
    assertReads(file, image);
  }

  private void assertReads(byte[] file, BufferedImage image) {
    byte[] pixels = loader.load(Image.of(file)).pixels();
    for (int i = 0; i < SIZE * SIZE; i++) {
      int rgb = image.getRGB(i % SIZE, i / SIZE);
      assertThat(Arrays.copyOfRange(pixels, 3 * i, 3 * i + 3))
          .containsExactly(rgb >> 16 & 0xff, rgb >> 8 & 0xff, rgb & 0xff);
    }
  }

  private void assertRefused(byte[] file, String... parts) {
    Image image = Image.of(file);
    assertThatThrownBy(() -> loader.load(image))
        .isInstanceOf(MediaException.class)
        .hasMessageContainingAll(parts);
  }

  private static BufferedImage noise(int type) {
    BufferedImage image = new BufferedImage(SIZE, SIZE, type);
    Random random = new Random(6);
    boolean twoColors = type == BufferedImage.TYPE_BYTE_BINARY;
    for (int i = 0; i < SIZE * SIZE; i++) {
      int rgb = twoColors ? -random.nextInt(2) : random.nextInt(1 << 24);
      image.setRGB(i % SIZE, i / SIZE, rgb);
    }
    return image;
  }

  private static byte[] tiff(BufferedImage image, @Nullable String compression) throws IOException {
    ImageWriter writer = writer();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
      writer.setOutput(stream);
      ImageWriteParam param = writer.getDefaultWriteParam();
      if (compression != null) {
        param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        param.setCompressionType(compression);
      }
      writer.write(null, new IIOImage(image, null, null), param);
    } finally {
      writer.dispose();
    }
    return out.toByteArray();
  }

  private static ImageWriter writer() throws IOException {
    var all = IIORegistry.getDefaultInstance().getServiceProviders(ImageWriterSpi.class, false);
    while (all.hasNext()) {
      ImageWriterSpi found = all.next();
      if (found.getClass().getName().equals("com.sun.imageio.plugins.tiff.TIFFImageWriterSpi")) {
        return found.createWriterInstance();
      }
    }
    throw new AssertionError("the JDK has no TIFF encoder");
  }

  private static int get(byte[] file, int tag, int index) {
    ByteBuffer in = ByteBuffer.wrap(file);
    int at = at(in, tag, index);
    return isShort(in, tag) ? in.getShort(at) & 0xffff : in.getInt(at);
  }

  private static void put(byte[] file, int tag, int index, int value) {
    ByteBuffer out = ByteBuffer.wrap(file);
    int at = at(out, tag, index);
    if (isShort(out, tag)) {
      out.putShort(at, (short) value);
    } else {
      out.putInt(at, value);
    }
  }

  private static boolean isShort(ByteBuffer file, int tag) {
    return file.getShort(field(file, tag) + 2) == 3;
  }

  /** The encoder writes the bytes of numbers from the highest. */
  private static int at(ByteBuffer file, int tag, int index) {
    int field = field(file, tag);
    int size = isShort(file, tag) ? 2 : 4;
    int length = file.getInt(field + 4) * size;
    return (length <= 4 ? field + 8 : file.getInt(field + 8)) + index * size;
  }

  private static int field(ByteBuffer file, int tag) {
    assertThat(file.getShort(0)).isEqualTo((short) 0x4d4d);
    int at = file.getInt(4) + 2;
    while ((file.getShort(at) & 0xffff) != tag) {
      at += 12;
    }
    return at;
  }
}
