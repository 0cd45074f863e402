package io.r1reward.core.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.r1reward.Image;
import io.r1reward.MediaException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tiny pictures of every format, cut and with flipped bits. */
class HostileBytesTest {

  private static final int ROUNDS = 300;

  /** Lossless WebP of 9 x 7 pixels of one colour. */
  private static final String WEBP =
      "5249464618000000574542505650384c0c0000002f08800100284c211bd1" + "ff00";

  /** A message that is a class name, or an index that tells nobody anything. */
  private static final Pattern BARE =
      Pattern.compile("^cannot read picture [^:]*: ([\\w.$]+(Exception|Error)\\b|Index |-?\\d+$)");

  private final ImageLoader loader =
      new ImageLoader(MediaLimits.DEFAULT.withMaxPixels(1 << 20), null);

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg", "gif", "bmp", "tiff", "webp"})
  void reads_or_refuses_with_a_sentence(String format) throws IOException {
    byte[] file = tiny(format);
    assertThat(loader.load(Image.of(file)).width()).isPositive();
    Random random = new Random(17);
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] broken = broken(file, random);
      String what = format + ", round " + round;
      refused +=
          assertTimeoutPreemptively(Duration.ofSeconds(60), () -> refuses(broken, what)) ? 1 : 0;
    }
    assertThat(refused).isPositive();
  }

  private boolean refuses(byte[] file, String what) {
    try {
      assertThat(loader.load(Image.of(file)).pixels()).as(what).isNotEmpty();
      return false;
    } catch (MediaException e) {
      assertThat(e.getMessage()).as(what).contains("image of " + file.length + " bytes");
      assertThat(BARE.matcher(e.getMessage()).find()).as(what + ": " + e.getMessage()).isFalse();
      return true;
    }
  }

  private static byte[] broken(byte[] file, Random random) {
    boolean cut = random.nextInt(3) == 0;
    byte[] broken = Arrays.copyOf(file, cut ? 1 + random.nextInt(file.length) : file.length);
    for (int flips = random.nextInt(4); flips > 0; flips--) {
      broken[random.nextInt(broken.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return broken;
  }

  private static byte[] tiny(String format) throws IOException {
    if (format.equals("webp")) {
      return HexFormat.of().parseHex(WEBP);
    }
    BufferedImage image = new BufferedImage(9, 7, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(2);
    for (int i = 0; i < 9 * 7; i++) {
      image.setRGB(i % 9, i / 9, random.nextInt(1 << 24));
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(ImageIO.write(image, format, out)).isTrue();
    return out.toByteArray();
  }
}
