package io.r1reward.core.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PNG files that Pillow reads although they are damaged, and those that it refuses. */
class DamagedPngTest {

  // lengths, types and check sums
  private static final int END_BYTES = 12;
  private static final int CRC_BYTES = 4;
  private static final int ADLER_BYTES = 4;
  private static final int HEADER_CRC = 29;

  private final byte[] whole = png();

  @Test
  void does_not_look_at_the_check_sum_of_image_data() {
    byte[] file = whole.clone();
    file[file.length - END_BYTES - 1] ^= 1;
    assertThat(Pixels.decode(file).pixels()).isEqualTo(Pixels.decode(whole).pixels());
  }

  @Test
  void refuses_a_wrong_check_sum_of_the_header() {
    byte[] file = whole.clone();
    file[HEADER_CRC] ^= 1;
    refuses(file, "PNG chunk IHDR has a wrong CRC");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 8, 11, END_BYTES, 13, END_BYTES + CRC_BYTES, 18, 20})
  void reads_a_file_that_is_cut_behind_its_last_pixel(int missing) {
    assertThat(missing).isLessThanOrEqualTo(END_BYTES + CRC_BYTES + ADLER_BYTES);
    byte[] file = Arrays.copyOf(whole, whole.length - missing);
    assertThat(Pixels.decode(file).pixels()).isEqualTo(Pixels.decode(whole).pixels());
  }

  @ParameterizedTest
  @ValueSource(ints = {24, 40, 100})
  void refuses_a_file_that_is_cut_before_its_last_pixel(int missing) {
    byte[] file = Arrays.copyOf(whole, whole.length - missing);
    refuses(file, "PNG image data are damaged or end before the last pixel");
  }

  private static void refuses(byte[] file, String message) {
    assertThatThrownBy(() -> ImageDecoder.decode(file, MediaLimits.DEFAULT))
        .hasMessageContaining(message);
  }

  private static byte[] png() {
    byte[] rows = new byte[8 * (1 + 8 * 3)];
    new Random(3).nextBytes(rows);
    for (int y = 0; y < 8; y++) {
      rows[y * 25] = 0;
    }
    return Pngs.of(8, 8, 8, 2, rows);
  }
}
