package io.r1reward.core.media;

import static io.r1reward.core.media.Pixels.sha256;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.io.Resources;
import io.r1reward.Image;
import io.r1reward.MediaException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Formats and sample layouts beyond the reference's, against Pillow's pixels. */
class MediaFormatsTest {

  private static final VisionProcessor PROCESSOR = VisionProcessor.builder(Pixels.CONFIG).build();

  static Stream<Arguments> pictures() throws IOException {
    return new ObjectMapper()
        .readTree(bytes("index.json"))
        .propertyStream()
        .map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("pictures")
  void decodes_to_the_pixels_of_pillow(String name, JsonNode expected) throws IOException {
    RgbImage decoded = Pixels.decode(bytes(name));
    assertThat(decoded.width()).isEqualTo(expected.get("width").asInt());
    assertThat(decoded.height()).isEqualTo(expected.get("height").asInt());
    assertThat(sha256(decoded.pixels())).isEqualTo(expected.get("rgb_sha256").asText());
  }

  /** Whatever comes out, it is a result or a {@link MediaException}. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("pictures")
  void survives_damage(String name) throws IOException {
    byte[] file = bytes(name);
    Random random = new Random(11);
    for (int round = 0; round < 40; round++) {
      byte[] broken = Arrays.copyOf(file, file.length - random.nextInt(file.length / 2));
      for (int flips = random.nextInt(4); flips > 0; flips--) {
        broken[random.nextInt(Math.min(broken.length, 200))] ^= (byte) (1 << random.nextInt(8));
      }
      try {
        assertThat(PROCESSOR.process(Image.of(broken)).patchCount()).isPositive();
      } catch (MediaException e) {
        assertThat(e).hasMessageContaining("image of " + broken.length + " bytes");
      }
    }
  }

  static byte[] bytes(String name) throws IOException {
    return Resources.toByteArray(Resources.getResource("media-formats/" + name));
  }
}
