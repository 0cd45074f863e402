package io.r1reward.core.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.primitives.Bytes;
import io.r1reward.Image;
import io.r1reward.MediaException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** JPEG files that libjpeg reads with a warning, and those that end too early. */
class DamagedJpegTest {

  private static final int AFTER_FIRST_SEGMENT = 20;

  private final byte[] whole = jpeg();

  @Test
  void passes_over_stray_bytes_between_segments() throws IOException {
    // bytes that are no marker, an escaped 0xff, a restart marker and fill bytes
    byte[] stray = {1, 2, 0, -1, 0, 7, -1, (byte) 0xd3, -1, -1};
    byte[] file =
        Bytes.concat(
            Arrays.copyOf(whole, AFTER_FIRST_SEGMENT),
            stray,
            Arrays.copyOfRange(whole, AFTER_FIRST_SEGMENT, whole.length));
    assertThat(decode(file).pixels()).isEqualTo(decode(whole).pixels());
  }

  @Test
  void reads_a_scan_whose_data_end_early() throws IOException {
    // as after a transfer that lost bytes: the end marker is there
    byte[] file =
        Bytes.concat(
            Arrays.copyOf(whole, whole.length - 300),
            Arrays.copyOfRange(whole, whole.length - 2, whole.length));
    RgbImage damaged = decode(file);
    int kept = 8 * 64 * RgbImage.CHANNELS;
    assertThat(Arrays.copyOf(damaged.pixels(), kept))
        .isEqualTo(Arrays.copyOf(decode(whole).pixels(), kept));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ffcc", "ffdc6659fe02", "ffe00010"})
  void reads_a_scan_that_ends_at_a_marker_which_is_cut_off(String marker) throws IOException {
    byte[] kept = Arrays.copyOf(whole, whole.length - 300);
    byte[] file = Bytes.concat(kept, new byte[] {0}, HexFormat.of().parseHex(marker));
    byte[] ended = Bytes.concat(kept, new byte[] {0}, new byte[] {-1, (byte) 0xd9});
    assertThat(decode(file).pixels()).isEqualTo(decode(ended).pixels());
  }

  @Test
  void puts_in_the_standard_huffman_tables() throws IOException {
    // ImageIO's encoder writes the standard tables, as Motion JPEG takes them for granted
    ByteArrayOutputStream without = new ByteArrayOutputStream();
    JpegSegments segments = JpegSegments.of(whole);
    int at = 0;
    for (JpegSegments.Segment segment : segments.segments()) {
      if (segment.marker() == 0xc4) {
        without.write(whole, at, segment.body() - 4 - at);
        at = segment.end();
      }
    }
    assertThat(at).isPositive();
    without.write(whole, at, whole.length - at);
    byte[] file = without.toByteArray();
    assertThat(JpegSegments.of(file).segments()).noneMatch(s -> s.marker() == 0xc4);
    assertThat(decode(file).pixels()).isEqualTo(decode(whole).pixels());
    assertThat(JpegSegments.of(file).cleaned(file)).hasSize(file.length + 4 + 2 * 29 + 2 * 179);
  }

  @Test
  void leaves_a_whole_file_as_it_is() throws IOException {
    assertThat(JpegSegments.of(whole).cleaned(whole)).isSameAs(whole);
  }

  @Test
  void refuses_a_scan_that_is_cut_off() {
    Image cut = Image.of(Arrays.copyOf(whole, whole.length - 300));
    ImageLoader loader = new ImageLoader(MediaLimits.DEFAULT, null);
    assertThatThrownBy(() -> loader.load(cut))
        .isInstanceOf(MediaException.class)
        .hasMessageContainingAll("JPEG is truncated", "image of");
  }

  @Test
  void refuses_a_file_that_ends_before_any_scan() {
    byte[] file =
        Bytes.concat(Arrays.copyOf(whole, AFTER_FIRST_SEGMENT), new byte[] {-1, -39, 0, 0});
    assertThatThrownBy(() -> decode(file)).hasMessageContaining("ends without a scan");
  }

  @Test
  void reads_arithmetic_coding_or_says_that_the_jdk_cannot() throws IOException {
    byte[] file = whole.clone();
    for (JpegSegments.Segment segment : JpegSegments.of(file).segments()) {
      if (segment.isFrame()) {
        file[segment.body() - 3] = (byte) 0xc9;
      }
    }
    assertThat(JpegSegments.of(file).isArithmetic()).isTrue();
    assertThat(JpegSegments.of(whole).isArithmetic()).isFalse();
    try {
      assertThat(decode(file).width()).isEqualTo(64);
    } catch (IOException e) {
      assertThat(e)
          .hasMessageContainingAll(
              "arithmetic coding", "JDK of", System.getProperty("java.vendor"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Truncated File - Missing EOI marker, true",
    "Premature end of input file, true",
    "Corrupt JPEG data: premature end of data segment, false",
    "'Incorrect StripOffsets/TileOffsets, points to SOS marker', false"
  })
  void tells_a_cut_file_from_a_harmless_warning(String warning, boolean truncated) {
    assertThat(ImageDecoder.tellsTruncation(warning)).isEqualTo(truncated);
  }

  private static RgbImage decode(byte[] file) throws IOException {
    return ImageDecoder.decode(file, MediaLimits.DEFAULT);
  }

  private static byte[] jpeg() {
    BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(5);
    for (int i = 0; i < 64 * 64; i++) {
      image.setRGB(i % 64, i / 64, random.nextInt(1 << 24));
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "jpeg", out);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toByteArray();
  }
}
