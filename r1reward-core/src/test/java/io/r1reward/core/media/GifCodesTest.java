package io.r1reward.core.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** GIF files of four colours and four pixels, whose codes are of three bits. */
class GifCodesTest {

  private static final int CLEAR = 4;
  private static final int END = 5;

  @Test
  void draws_no_pixel_for_a_second_clear_code() {
    byte[] twice = gif(CLEAR, CLEAR, 1, 2, CLEAR, CLEAR, CLEAR, 3, 0, END);
    // the red of colour c is 10 c
    assertThat(Pixels.decode(twice).pixels())
        .containsExactly(10, 0, 0, 20, 0, 0, 30, 0, 0, 0, 0, 0);
  }

  @Test
  void leaves_other_files_as_they_are() {
    byte[] file = gif(CLEAR, 1, 2, CLEAR, 3, 0, END);
    assertThat(GifCodes.cleaned(file)).isSameAs(file);
    assertThat(GifCodes.cleaned(gif(CLEAR, CLEAR, 1, 2, CLEAR, CLEAR, 3, 0, END))).isEqualTo(file);
  }

  @Test
  void leaves_files_that_are_cut_off_to_the_reader() {
    byte[] file = gif(CLEAR, 1, 2, 3, END);
    for (int length = 6; length < 36; length++) {
      byte[] cut = Arrays.copyOf(file, length);
      assertThat(GifCodes.cleaned(cut)).isSameAs(cut);
    }
  }

  private static byte[] gif(int... codes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {'G', 'I', 'F', '8', '9', 'a', 4, 0, 1, 0, (byte) 0x81, 0, 0});
    for (int color = 0; color < 4; color++) {
      out.writeBytes(new byte[] {(byte) (10 * color), 0, 0});
    }
    out.writeBytes(new byte[] {',', 0, 0, 0, 0, 4, 0, 1, 0, 0, 2});
    long bits = 0;
    for (int i = 0; i < codes.length; i++) {
      bits |= (long) codes[i] << (3 * i);
    }
    int length = (3 * codes.length + 7) / 8;
    out.write(length);
    for (int i = 0; i < length; i++) {
      out.write((int) (bits >> (8 * i)));
    }
    out.writeBytes(new byte[] {0, ';'});
    return out.toByteArray();
  }
}
