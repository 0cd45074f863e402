package io.r1reward.core.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BmpFieldsTest {

  private static final int BITFIELDS = 3;

  @ParameterizedTest
  @CsvSource({
    // header, bits, compression, masks of red, green, blue and alpha, a pixel, its RGB
    // alpha 128 on white: 255 * 127 + value * 128 over 255, so 0 -> 127, 255 -> 255, 16 -> 135
    "56, 32, 3, 00ff0000 0000ff00 000000ff ff000000, 8000ff10, 127 255 135",
    "124, 32, 3, 000000ff 0000ff00 00ff0000 ff000000, 80ff0010, 135 127 255",
    "108, 32, 3, ff000000 00ff0000 0000ff00 000000ff, 10ff0080, 135 255 127",
    "56, 32, 3, ff000000 0000ff00 000000ff 00ff0000, 1080ff00, 135 255 127",
    "56, 32, 3, 00000000 00000000 00000000 00000000, 8000ff10, 127 255 135",
    // no alpha mask, a header too short for one, and masks that are not in use
    "56, 32, 3, 00ff0000 0000ff00 000000ff 00000000, 8000ff10, 0 255 16",
    "52, 32, 3, 00ff0000 0000ff00 000000ff ff000000, 8000ff10, 0 255 16",
    "40, 32, 3, 00ff0000 0000ff00 000000ff ff000000, 8000ff10, 0 255 16",
    "124, 32, 0, 00ff0000 0000ff00 000000ff ff000000, 8000ff10, 0 255 16",
    "124, 32, 0, 000000ff 0000ff00 00ff0000 ff000000, 8000ff10, 0 255 16",
    "40, 32, 3, ff000000 00ff0000 0000ff00 00000000, 10ff0080, 16 255 0",
    // five bits v are v * 255 / 31 without rounding: 3 -> 24, 16 -> 131; six bits: 40 -> 161
    "124, 16, 3, 00007c00 000003e0 0000001f 00008000, 0e1f, 24 131 255",
    "124, 16, 3, 00007c00 000003e0 0000001f 00008000, 8e1f, 24 131 255",
    "40, 16, 0, 00000000 00000000 00000000 00000000, 8e1f, 24 131 255",
    "40, 16, 3, 0000f800 000007e0 0000001f 00000000, 1d1f, 24 161 255"
  })
  void reads_masks_as_pillow_does(
      int header, int bits, int compression, String masks, String pixel, String expected) {
    RgbImage image = Pixels.decode(bmp(header, bits, compression, masks, pixel, false));
    byte[] last = Arrays.copyOfRange(image.pixels(), 9, 12);
    assertThat(new int[] {last[0] & 0xff, last[1] & 0xff, last[2] & 0xff})
        .isEqualTo(Arrays.stream(expected.split(" ", -1)).mapToInt(Integer::parseInt).toArray());
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void finds_the_row_on_top(boolean topDown) {
    String masks = "00ff0000 0000ff00 000000ff ff000000";
    RgbImage image = Pixels.decode(bmp(56, 32, BITFIELDS, masks, "ff0000ff", topDown));
    // of two rows of two the pixel is the last of the lower one, the others are transparent
    assertThat(image.pixels()).startsWith(255, 255, 255).endsWith(255, 255, 255, 0, 0, 255);
  }

  @Test
  void reads_layouts_that_pillow_refuses() {
    // four bits v are 17 v; the alpha of all bits leaves the colours as they are
    String masks = "00000f00 000000f0 0000000f 0000f000";
    RgbImage image = Pixels.decode(bmp(56, 16, BITFIELDS, masks, "f1a3", false));
    assertThat(image.pixels()).endsWith(17, 170, 51);
  }

  @Test
  void refuses_pixels_that_are_cut_off() {
    byte[] file = bmp(56, 32, BITFIELDS, "00ff0000 0000ff00 000000ff ff000000", "ff0000ff", false);
    byte[] cut = Arrays.copyOf(file, file.length - 1);
    assertThatThrownBy(() -> ImageDecoder.decode(cut, MediaLimits.DEFAULT))
        .isInstanceOf(EOFException.class)
        .hasMessageContainingAll("BMP is truncated", "16 bytes of pixels");
  }

  /** Two rows of two pixels, all 0 but the last of the lower row. */
  private static byte[] bmp(
      int header, int bits, int compression, String masks, String pixel, boolean topDown) {
    int offset = Math.max(14 + header, 14 + 40 + 16);
    int stride = bits == 16 ? 4 : 8;
    ByteBuffer out = ByteBuffer.allocate(offset + 2 * stride).order(ByteOrder.LITTLE_ENDIAN);
    out.put((byte) 'B').put((byte) 'M').putInt(out.capacity()).putInt(0).putInt(offset);
    out.putInt(header).putInt(2).putInt(topDown ? -2 : 2).putShort((short) 1);
    out.putShort((short) bits).putInt(compression).putInt(0).putLong(0).putLong(0);
    for (String mask : masks.split(" ", -1)) {
      out.putInt(HexFormat.fromHexDigits(mask));
    }
    int at = offset + (topDown ? stride : 0) + stride - bits / 8;
    if (bits == 16) {
      out.putShort(at, (short) HexFormat.fromHexDigits(pixel));
    } else {
      out.putInt(at, HexFormat.fromHexDigits(pixel));
    }
    return out.array();
  }
}
