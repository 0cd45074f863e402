package io.r1reward.core.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.primitives.Bytes;
import io.r1reward.Image;
import io.r1reward.MediaException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TIFF files of two pixels, put together by hand. */
class TiffTagsTest {

  private static final int TAGS_AT = 2048;

  /** 9 x 7 pixels of one colour. */
  private static final byte[] WEBP =
      HexFormat.of()
          .parseHex("5249464618000000574542505650384c0c0000002f08800100284c211bd1" + "ff00");

  @SuppressWarnings("ArrayRecordComponent")
  private record Tag(int id, int[] values) {}

  @ParameterizedTest
  @CsvSource({"false, false", "false, true", "true, false", "true, true"})
  void reads_classic_and_big_files_of_both_byte_orders(boolean big, boolean littleEndian) {
    byte[] file = tiff(big, littleEndian, rgb(8), 1, 2, 3, 4, 5, 6);
    assertThat(Pixels.decode(file).pixels()).containsExactly(1, 2, 3, 4, 5, 6);
  }

  @ParameterizedTest
  @CsvSource({"false, 0", "false, 2", "true, 2"})
  void drops_the_channel_beside_the_index_of_a_palette(boolean big, int extra) {
    int[] map = new int[3 * 256];
    // 16-bit entries of red, green and blue keep their high byte
    map[7] = 0x12ff;
    map[256 + 7] = 0x3400;
    map[512 + 7] = 0x5680;
    map[512 + 9] = 0xffff;
    List<Tag> tags = tags(3, 2, 8, 8);
    tags.add(new Tag(320, map));
    tags.add(new Tag(338, new int[] {extra}));
    RgbImage image = Pixels.decode(tiff(big, true, tags, 7, 200, 9, 0));
    assertThat(image.pixels()).containsExactly(0x12, 0x34, 0x56, 0, 0, 255);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void reads_strips_of_webp(boolean big) throws IOException {
    RgbImage webp = WebpPicture.decode(WEBP, MediaLimits.DEFAULT);
    byte[] pixels = Pixels.decode(webpStrips(big, 9, 7)).pixels();
    assertThat(pixels).isEqualTo(Bytes.concat(webp.pixels(), webp.pixels()));
  }

  @Test
  void refuses_a_webp_of_another_size_than_its_strip() {
    Image image = Image.of(webpStrips(false, 8, 7));
    ImageLoader loader = new ImageLoader(MediaLimits.DEFAULT, null);
    assertThatThrownBy(() -> loader.load(image))
        .isInstanceOf(MediaException.class)
        .hasMessageContaining("a WebP of 9 x 7 pixels for a strip or tile of 8 x 7");
  }

  /** Two strips of the same picture. */
  private static byte[] webpStrips(boolean big, int width, int rows) {
    List<Tag> tags = with(rgb(8), new Tag(259, new int[] {50001}));
    with(tags, new Tag(256, new int[] {width}));
    with(tags, new Tag(257, new int[] {2 * rows}));
    with(tags, new Tag(278, new int[] {rows}));
    with(tags, new Tag(273, new int[] {TAGS_AT - 100, TAGS_AT - 100 + WEBP.length}));
    with(tags, new Tag(279, new int[] {WEBP.length, WEBP.length}));
    int[] data = new int[2 * WEBP.length];
    for (int i = 0; i < data.length; i++) {
      data[i] = WEBP[i % WEBP.length];
    }
    return tiff(big, true, tags, data);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 6, 10, 12, 14, 24})
  void refuses_depths_that_are_no_power_of_two(int bits) {
    refuses(rgb(bits), "bits per sample, not 1, 2, 4, 8, 16 or 32", String.valueOf(bits));
  }

  @Test
  void refuses_a_jpeg_of_more_than_eight_bits() {
    refuses(with(rgb(16), new Tag(259, new int[] {7})), "a JPEG of 16 bits per sample, not 8");
  }

  @Test
  void refuses_fax_data_of_more_than_one_bit() {
    List<Tag> tags = with(tags(0, 1, 2), new Tag(259, new int[] {4}));
    refuses(tags, "fax data of 2 bits per sample, not 1");
  }

  @Test
  void refuses_a_tag_with_two_values() {
    List<Tag> tags = rgb(8);
    tags.add(1, new Tag(256, new int[] {4}));
    refuses(tags, "tag 256 twice, 2 and 4");
  }

  @Test
  void refuses_subsampled_planes() {
    List<Tag> tags = tags(6, 3, 8, 8, 8);
    tags.add(new Tag(284, new int[] {2}));
    tags.add(new Tag(530, new int[] {2, 1}));
    refuses(tags, "subsampled YCbCr in planes of their own");
  }

  @Test
  void refuses_tags_that_lie_behind_the_end() {
    byte[] file = {'I', 'I', 42, 0, 0, 1, 0, 0};
    assertThatThrownBy(() -> TiffTags.of(file)).hasMessage("TIFF is truncated in its tags");
  }

  private static void refuses(List<Tag> tags, String... parts) {
    Image image = Image.of(tiff(false, true, tags, 1, 2, 3, 4, 5, 6));
    ImageLoader loader = new ImageLoader(MediaLimits.DEFAULT, null);
    assertThatThrownBy(() -> loader.load(image))
        .isInstanceOf(MediaException.class)
        .hasMessageContainingAll(parts);
  }

  private static List<Tag> rgb(int bits) {
    return tags(2, 3, bits, bits, bits);
  }

  private static List<Tag> with(List<Tag> tags, Tag other) {
    tags.removeIf(tag -> tag.id == other.id);
    tags.add(other);
    return tags;
  }

  /** Two pixels in one row, without compression. */
  private static List<Tag> tags(int photometric, int samples, int... bits) {
    List<Tag> tags = new ArrayList<>();
    tags.add(new Tag(256, new int[] {2}));
    tags.add(new Tag(257, new int[] {1}));
    tags.add(new Tag(258, bits));
    tags.add(new Tag(259, new int[] {1}));
    tags.add(new Tag(262, new int[] {photometric}));
    tags.add(new Tag(273, new int[] {TAGS_AT - 100}));
    tags.add(new Tag(277, new int[] {samples}));
    tags.add(new Tag(278, new int[] {1}));
    tags.add(new Tag(279, new int[] {2 * samples}));
    return tags;
  }

  /** Values that do not fit into a tag lie behind byte 16, the pixels before the tags. */
  private static byte[] tiff(boolean big, boolean littleEndian, List<Tag> tags, int... pixels) {
    ByteBuffer out = ByteBuffer.allocate(2 * TAGS_AT);
    out.order(littleEndian ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    out.put((byte) (littleEndian ? 'I' : 'M')).put((byte) (littleEndian ? 'I' : 'M'));
    out.putShort((short) (big ? 43 : 42));
    if (big) {
      out.putShort((short) 8).putShort((short) 0).putLong(TAGS_AT);
    } else {
      out.putInt(TAGS_AT);
    }
    for (int i = 0; i < pixels.length; i++) {
      out.put(TAGS_AT - 100 + i, (byte) pixels[i]);
    }
    int free = 16;
    int at = TAGS_AT + (big ? 8 : 2);
    if (big) {
      out.putLong(TAGS_AT, tags.size());
    } else {
      out.putShort(TAGS_AT, (short) tags.size());
    }
    for (Tag tag : tags) {
      out.putShort(at, (short) tag.id).putShort(at + 2, (short) 3);
      int field = at + (big ? 12 : 8);
      if (big) {
        out.putLong(at + 4, tag.values.length);
      } else {
        out.putInt(at + 4, tag.values.length);
      }
      int to = field;
      if (2 * tag.values.length > (big ? 8 : 4)) {
        to = free;
        free += 2 * tag.values.length;
        if (big) {
          out.putLong(field, to);
        } else {
          out.putInt(field, to);
        }
      }
      for (int value : tag.values) {
        out.putShort(to, (short) value);
        to += 2;
      }
      at += big ? 20 : 12;
    }
    return out.array();
  }
}
