package io.r1reward.examples.results;

import static org.assertj.core.api.Assertions.assertThat;

import io.r1reward.Image;
import io.r1reward.Media;
import io.r1reward.Video;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InputDigestTest {

  private static String digest(Media... media) throws IOException {
    return InputDigest.of(1, "null", "{\"video\": \"a.mp4\"}", List.of(media)).digest();
  }

  private static Image frame(int type, int width, int height, int colour) {
    BufferedImage pixels = new BufferedImage(width, height, type);
    pixels.setRGB(1, 0, colour);
    return Image.of(pixels);
  }

  @ParameterizedTest
  @ValueSource(ints = {BufferedImage.TYPE_3BYTE_BGR, BufferedImage.TYPE_INT_RGB})
  void another_film_in_a_file_of_the_same_name_has_another_digest(int type) throws IOException {
    Image black = frame(type, 4, 2, 0);
    Image other = frame(type, 4, 2, 0xff);
    String before = digest(Video.of(List.of(black, black), 2));

    assertThat(digest(Video.of(List.of(frame(type, 4, 2, 0), black), 2))).isEqualTo(before);
    assertThat(digest(Video.of(List.of(black, other), 2))).isNotEqualTo(before);
    assertThat(digest(Video.of(List.of(other, black), 2))).isNotEqualTo(before);
    assertThat(digest(Video.of(List.of(black), 2))).isNotEqualTo(before);
    assertThat(digest(Video.of(List.of(black, black), 1))).isNotEqualTo(before);
    assertThat(digest(Video.of(List.of(frame(type, 2, 4, 0), black), 2))).isNotEqualTo(before);
  }

  @Test
  void a_line_without_decoded_pixels_keeps_its_digest() throws IOException {
    assertThat(digest())
        .isEqualTo(io.r1reward.train.run.ContentDigest.ofLine("{\"video\": \"a.mp4\"}", List.of()));
  }
}
