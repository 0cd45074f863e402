package io.r1reward.core.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.r1reward.Image;
import io.r1reward.core.testing.Reference;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures that come as {@link BufferedImage}, and in the other ways of the API. */
class UserImageTest {

  private static final String RGBA = "image-processor/images/rgba-120x90.png";

  @ParameterizedTest
  @ValueSource(
      ints = {
        BufferedImage.TYPE_INT_RGB,
        BufferedImage.TYPE_INT_BGR,
        BufferedImage.TYPE_3BYTE_BGR,
        BufferedImage.TYPE_INT_ARGB,
        BufferedImage.TYPE_INT_ARGB_PRE,
        BufferedImage.TYPE_4BYTE_ABGR,
        BufferedImage.TYPE_4BYTE_ABGR_PRE
      })
  void takes_opaque_colours_as_they_are(int type) throws IOException {
    BufferedImage image = new BufferedImage(2, 1, type);
    image.setRGB(0, 0, 0xff0a1420);
    image.setRGB(1, 0, 0xfff0e1d2);
    assertThat(RgbConversion.ofUserImage(image).pixels())
        .containsExactly(0x0a, 0x14, 0x20, 0xf0, 0xe1, 0xd2);
  }

  @ParameterizedTest
  @ValueSource(ints = {BufferedImage.TYPE_INT_ARGB, BufferedImage.TYPE_4BYTE_ABGR})
  void puts_transparent_colours_on_white(int type) throws IOException {
    BufferedImage image = new BufferedImage(2, 1, type);
    // (255 * (255 - 51) + 100 * 51) / 255 = 204 + 20
    image.setRGB(0, 0, 0x33646464);
    image.setRGB(1, 0, 0x00123456);
    assertThat(RgbConversion.ofUserImage(image).pixels())
        .containsExactly(224, 224, 224, 255, 255, 255);
  }

  @Test
  void takes_grey_levels_as_they_are() throws IOException {
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setSample(0, 0, 0, 40);
    image.getRaster().setSample(1, 0, 0, 200);
    assertThat(RgbConversion.ofUserImage(image).pixels())
        .containsExactly(40, 40, 40, 200, 200, 200);
  }

  @Test
  void scales_deep_grey() throws IOException {
    BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_USHORT_GRAY);
    image.getRaster().setSample(0, 0, 0, 0x8123);
    assertThat(RgbConversion.ofUserImage(image).pixels()).containsExactly(0x81, 0x81, 0x81);
  }

  @Test
  void looks_up_palettes() throws IOException {
    BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_INDEXED);
    image.setRGB(0, 0, 0xff3366cc);
    assertThat(RgbConversion.ofUserImage(image).pixels()).containsExactly(0x33, 0x66, 0xcc);
  }

  @Test
  void sees_only_the_part_that_a_sub_image_shows() throws IOException {
    BufferedImage whole = new BufferedImage(4, 4, BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D graphics = whole.createGraphics();
    graphics.setColor(new Color(1, 2, 3));
    graphics.fillRect(2, 1, 1, 1);
    graphics.dispose();
    assertThat(RgbConversion.ofUserImage(whole.getSubimage(2, 1, 1, 1)).pixels())
        .containsExactly(1, 2, 3);
  }

  @Test
  void gives_the_same_patches_from_every_source() throws IOException {
    VisionProcessor processor = VisionProcessor.builder(Pixels.CONFIG).build();
    byte[] file = Reference.bytes(RGBA);
    float[] expected = processor.process(Image.of(Reference.path(RGBA))).patches();
    String base64 = Base64.getEncoder().encodeToString(file);
    assertThat(processor.process(Image.of(file)).patches()).isEqualTo(expected);
    assertThat(processor.process(Image.ofDataUri("data:image/png;base64," + base64)).patches())
        .isEqualTo(expected);
    BufferedImage drawn = ImageIO.read(new ByteArrayInputStream(file));
    assertThat(processor.process(Image.of(drawn)).patches()).isEqualTo(expected);
  }
}
