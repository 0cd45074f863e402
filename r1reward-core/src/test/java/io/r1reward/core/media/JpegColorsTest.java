package io.r1reward.core.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JpegColorsTest {

  @ParameterizedTest
  @CsvSource({
    // component ids, JFIF marker, transform of Adobe's marker or -1
    "1,       false, -1, GREY",
    "1 2 3,   false, -1, YCC",
    "82 71 66, false, -1, RGB",
    "82 71 66, true,  -1, YCC",
    "1 2 3,   true,   0, YCC",
    "1 2 3,   false,  0, RGB",
    "82 71 66, false,  1, YCC",
    "1 2 3 4, false, -1, CMYK",
    "1 2 3 4, false,  0, CMYK",
    "1 2 3 4, false,  2, YCCK",
    "1 2 3 4, false,  199, YCCK"
  })
  void follows_the_rules_of_libjpeg(String ids, boolean jfif, int adobe, JpegColors expected)
      throws IOException {
    assertThat(JpegColors.of(headers(ids, jfif, adobe))).isEqualTo(expected);
  }

  @Test
  void refuses_two_components() {
    assertThatThrownBy(() -> JpegColors.of(headers("1 2", true, -1)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("2 components");
  }

  @ParameterizedTest
  @CsvSource({"0xc0, 12, ffc0", "0xc3, 12, ffc3 (lossless)", "0xc3, 16, ffc3 (lossless)"})
  void refuses_samples_that_are_not_of_eight_bits(String marker, int bits, String named) {
    byte[] file = frame(Integer.decode(marker), bits, 1, 0);
    assertThatThrownBy(() -> JpegColors.of(file))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("samples of " + bits + " bits, not 8", "0x" + named);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "8, 0", "1, 8"})
  void refuses_predictors_and_shifts_that_lossless_coding_does_not_have(int predictor, int shift) {
    byte[] file = frame(0xc3, 8, predictor, shift);
    assertThatThrownBy(() -> JpegColors.of(file))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("predictor " + predictor, "transform of " + shift + " bits");
  }

  @Test
  void reads_lossless_coding_of_eight_bits() throws IOException {
    assertThat(JpegColors.of(frame(0xc3, 8, 7, 1))).isEqualTo(JpegColors.GREY);
  }

  /** A frame of one component and the header of its scan. */
  private static byte[] frame(int marker, int bits, int predictor, int shift) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {-1, (byte) 0xd8});
    segment(out, marker, new byte[] {(byte) bits, 0, 8, 0, 8, 1, 1, 0x11, 0});
    segment(out, 0xda, new byte[] {1, 1, 0, (byte) predictor, 0, (byte) shift});
    return out.toByteArray();
  }

  @Test
  void refuses_a_file_without_a_scan() {
    assertThatThrownBy(() -> JpegColors.of(new byte[] {-1, -40, -1, -32, 0, 16, 'J'}))
        .isInstanceOf(EOFException.class);
  }

  @ParameterizedTest
  @CsvSource({
    // R = Y + 1.402 (Cr - 128), B = Y + 1.772 (Cb - 128),
    // G = Y - 0.34414 (Cb - 128) - 0.71414 (Cr - 128)
    "128, 128, 128, 128, 128, 128",
    "76, 85, 255, 254, 0, 0",
    "150, 44, 21, 0, 255, 1",
    "100, 140, 120, 89, 102, 121"
  })
  void converts_luma_and_chroma(int y, int cb, int cr, int red, int green, int blue) {
    RgbImage rgb = JpegColors.YCC.toRgb(new byte[] {(byte) y, (byte) cb, (byte) cr}, 1, 1);
    assertThat(rgb.pixels()).containsExactly(red, green, blue);
  }

  @Test
  void takes_the_complement_of_stored_inks() {
    // stored 255 - ink: no cyan, full magenta, half yellow, a fifth of black
    // light = 255 - 51 = 204; green 204 - 204 = 0; blue 204 - round(128 * 204 / 255) = 204 - 102
    byte[] stored = {(byte) 255, 0, 127, (byte) 204};
    assertThat(JpegColors.CMYK.toRgb(stored, 1, 1).pixels()).containsExactly(204, 0, 102);
  }

  @Test
  void reads_luma_and_chroma_of_inks() {
    // Y 128 without chroma is the RGB 128, which libjpeg turns into inks of 127 and Adobe inverts
    // to 128; stored black 255 is no black: 255 - 128 = 127
    byte[] stored = {(byte) 128, (byte) 128, (byte) 128, (byte) 255};
    assertThat(JpegColors.YCCK.toRgb(stored, 1, 1).pixels()).containsExactly(127, 127, 127);
  }

  /** The markers of a JPEG up to its first scan. */
  private static byte[] headers(String ids, boolean jfif, int adobe) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {-1, (byte) 0xd8});
    if (jfif) {
      segment(out, 0xe0, new byte[] {'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0});
    }
    if (adobe >= 0) {
      segment(out, 0xee, new byte[] {'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, (byte) adobe});
    }
    String[] components = ids.split(" ", -1);
    byte[] frame = new byte[6 + 3 * components.length];
    frame[0] = 8;
    frame[5] = (byte) components.length;
    for (int i = 0; i < components.length; i++) {
      frame[6 + 3 * i] = (byte) Integer.parseInt(components[i]);
    }
    segment(out, 0xc0, frame);
    segment(out, 0xda, new byte[10]);
    return out.toByteArray();
  }

  private static void segment(ByteArrayOutputStream out, int marker, byte[] body) {
    out.writeBytes(new byte[] {-1, (byte) marker, 0, (byte) (body.length + 2)});
    out.writeBytes(body);
  }
}
