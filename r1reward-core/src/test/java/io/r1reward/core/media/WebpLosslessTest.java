package io.r1reward.core.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Streams put together bit by bit. */
class WebpLosslessTest {

  private static final MediaLimits LIMITS = MediaLimits.DEFAULT;

  @Test
  void reads_one_colour_from_a_few_bytes() throws IOException {
    byte[] content = oneColor();
    assertThat(content).hasSizeLessThanOrEqualTo(12);
    RgbImage image = WebpLossless.decode(content, false, LIMITS);
    assertThat(image.width()).isEqualTo(2);
    assertThat(image.pixels()).containsExactly(1, 2, 3, 1, 2, 3);
  }

  @Test
  void reads_few_colours_under_a_predictor() throws IOException {
    Bits bits = new Bits().header(10, 2);
    // a palette of two colours, the second as a difference; eight pixels share one
    bits.put(1, 1).put(3, 2).put(1, 8).put(0, 1);
    bits.pair(6, 0x20).pair(5, 0x10).pair(7, 0x30).pair(0, 0xff).single(0);
    bits.put(0b1111, 4).put(0, 4);
    // every pixel is predicted from above
    bits.put(1, 1).put(0, 2).put(0, 3).put(0, 1);
    bits.single(2).single(0).single(0).single(0).single(0);
    bits.put(0, 1).put(0, 2);
    bits.pair(0, 0x55).single(0).single(0).single(0).single(0);
    bits.put(0b0001, 4);
    RgbImage image = WebpLossless.decode(bits.bytes(), false, LIMITS);
    for (int i = 0; i < 20; i++) {
      byte[] pixel = Arrays.copyOfRange(image.pixels(), i * 3, i * 3 + 3);
      if (i % 2 == 0) {
        assertThat(pixel).containsExactly(0x15, 0x26, 0x37);
      } else {
        assertThat(pixel).containsExactly(0x10, 0x20, 0x30);
      }
    }
  }

  @Test
  void reads_uniform_alpha() throws IOException {
    Bits bits = new Bits().put(1, 8).put(0, 3);
    bits.single(128).single(0).single(0).single(0).single(0);
    byte[] alpha = WebpAlpha.decode(bits.bytes(), 3, 2);
    assertThat(alpha).hasSize(6).containsOnly(128);
  }

  @Test
  void says_that_the_data_are_cut_off() {
    byte[] content = oneColor();
    for (int length = 5; length < content.length; length++) {
      byte[] cut = Arrays.copyOf(content, length);
      assertThatThrownBy(() -> WebpLossless.decode(cut, false, LIMITS))
          .hasMessageContaining("WebP is truncated");
    }
  }

  @Test
  void refuses_a_wrong_signature() {
    byte[] content = oneColor();
    content[0] = 0;
    assertThatThrownBy(() -> WebpLossless.decode(content, false, LIMITS))
        .hasMessageContaining("signature");
  }

  private static byte[] oneColor() {
    Bits bits = new Bits().header(2, 1).put(0, 3);
    return bits.single(2).single(1).single(3).single(255).single(0).bytes();
  }

  /** Writes bits, the lowest first. */
  private static final class Bits {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int current;
    private int filled;

    Bits put(int value, int count) {
      for (int i = 0; i < count; i++) {
        current |= (value >> i & 1) << filled;
        if (++filled == 8) {
          out.write(current);
          current = 0;
          filled = 0;
        }
      }
      return this;
    }

    Bits header(int width, int height) {
      return put(0x2f, 8).put(width - 1, 14).put(height - 1, 14).put(0, 4);
    }

    /** A code of one symbol, which takes no bits. */
    Bits single(int symbol) {
      return symbol < 2 ? put(0b001, 3).put(symbol, 1) : put(0b101, 3).put(symbol, 8);
    }

    /** A code of two symbols in order, which take one bit each. */
    Bits pair(int first, int second) {
      return put(0b111, 3).put(first, 8).put(second, 8);
    }

    byte[] bytes() {
      if (filled > 0) {
        put(0, 8 - filled);
      }
      return out.toByteArray();
    }
  }
}
