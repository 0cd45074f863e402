package io.r1reward.core.media;

import static io.r1reward.core.media.Pixels.CONFIG;
import static io.r1reward.core.media.Pixels.sha256;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.primitives.ImmutableDoubleArray;
import io.r1reward.MediaException;
import io.r1reward.core.generate.VisionInput;
import io.r1reward.core.media.SmartResize.Size;
import io.r1reward.core.testing.Reference;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every picture and pipeline of {@code image-processor/index.json}. */
class ImageProcessorReferenceTest {

  private static final String FOLDER = "image-processor/";
  private static final int FACTOR = 28;
  private static final Map<String, RgbImage> DECODED = new ConcurrentHashMap<>();

  static Stream<Arguments> pictures() {
    return Reference.json(FOLDER + "index.json")
        .valueStream()
        .map(entry -> Arguments.of(Named.of(entry.get("file").asText(), entry)));
  }

  static Stream<Arguments> pipelines() {
    return Reference.json(FOLDER + "index.json")
        .valueStream()
        .flatMap(
            entry ->
                entry
                    .get("pipelines")
                    .propertyStream()
                    .map(
                        pipeline ->
                            Arguments.of(entry.get("file").asText(), pipeline.getKey(), entry)));
  }

  @ParameterizedTest
  @MethodSource("pictures")
  void decodes_to_the_pixels_of_pillow(JsonNode entry) {
    String file = entry.get("file").asText();
    RgbImage decoded = Pixels.decode(FOLDER + file);
    assertThat(decoded.width()).isEqualTo(entry.get("width").asInt());
    assertThat(decoded.height()).isEqualTo(entry.get("height").asInt());
    if (!file.endsWith(".jpg")) {
      assertThat(sha256(decoded.pixels())).isEqualTo(whiteBackgroundSha256(entry));
    } else if (entry.has("decoded_white_background_png")) {
      RgbImage expected = suppliedPixels(entry);
      assertThat(sha256(expected.pixels())).isEqualTo(whiteBackgroundSha256(entry));
      assertThat(Pixels.meanDifference(decoded, expected)).isLessThan(0.1);
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("pipelines")
  void resizes_and_cuts_to_the_same_bits(String file, String pipeline, JsonNode entry) {
    JsonNode expected = entry.get("pipelines").get(pipeline);
    RgbImage picture = pipeline.startsWith("processor") ? plainPixels(entry) : exactPixels(entry);
    if (expected.has("error")) {
      assertThatThrownBy(() -> run(pipeline, picture, expected))
          .isInstanceOf(MediaException.class)
          .hasMessage(expected.get("message").asText());
      return;
    }
    VisionInput input = run(pipeline, picture, expected);
    assertThat(List.of(input.gridT(), input.gridH(), input.gridW()))
        .containsExactlyElementsOf(
            expected.get("image_grid_thw").valueStream().map(JsonNode::asInt).toList());
    if (isSuppliedExactly(entry)) {
      assertThat(sha256(input.patches())).isEqualTo(expected.get("sha256_le_float32").asText());
    } else {
      // a JPEG without supplied pixels: 1 of 255 levels is at most 0.0151 after normalisation
      for (JsonNode sample : expected.get("samples")) {
        int index = sample.get(0).asInt() * 1176 + sample.get(1).asInt();
        assertThat(input.patches()[index])
            .isCloseTo((float) sample.get(2).asDouble(), within(.04f));
      }
    }
  }

  private static VisionInput run(String pipeline, RgbImage picture, JsonNode expected) {
    RgbImage resized = picture;
    if (pipeline.startsWith("utils")) {
      PixelRange range =
          pipeline.startsWith("utils_limits_3136_501760_")
              ? new PixelRange(3136, 501_760)
              : PixelRange.UTILS_DEFAULT;
      resized = resize(picture, SmartResize.QWEN_VL_UTILS, range);
      assertThat(resized.height()).isEqualTo(expected.get("utils_resized_height").asInt());
      assertThat(resized.width()).isEqualTo(expected.get("utils_resized_width").asInt());
      if (expected.has("utils_resized_png")) {
        assertThat(sha256(resized.pixels()))
            .isEqualTo(expected.get("utils_resized_rgb_sha256").asText());
        RgbImage png = Pixels.decode(FOLDER + expected.get("utils_resized_png").asText());
        assertThat(resized.pixels()).isEqualTo(png.pixels());
      }
    }
    long max = CONFIG.maxPixels();
    for (String limit : List.of("1003520", "501760")) {
      max = pipeline.endsWith("_" + limit) ? Long.parseLong(limit) : max;
    }
    PixelRange range = new PixelRange(CONFIG.minPixels(), max);
    resized = resize(resized, SmartResize.TRANSFORMERS_4_50, range);
    return new PatchEncoder(CONFIG, UtilsThenProcessor.INSTANCE)
        .encode(VisionInput.Kind.IMAGE, List.of(resized), 0, ImmutableDoubleArray.of());
  }

  private static RgbImage resize(RgbImage picture, SmartResize rule, PixelRange range) {
    Size size = rule.size(picture.height(), picture.width(), FACTOR, range);
    return BicubicResampler.resize(picture, size.width(), size.height());
  }

  private static String whiteBackgroundSha256(JsonNode entry) {
    return entry.get("white_background_rgb_sha256").asText();
  }

  static boolean isSuppliedExactly(JsonNode entry) {
    return !entry.get("file").asText().endsWith(".jpg")
        || entry.has("decoded_white_background_png");
  }

  /** The pixels Pillow decoded, where they are known. */
  static RgbImage exactPixels(JsonNode entry) {
    return DECODED.computeIfAbsent(entry.get("file").asText(), file -> decodeExactly(entry));
  }

  private static RgbImage decodeExactly(JsonNode entry) {
    return entry.has("decoded_white_background_png")
        ? suppliedPixels(entry)
        : Pixels.decode(FOLDER + entry.get("file").asText());
  }

  /** The result of {@code convert("RGB")}, which the image processor sees if it runs alone. */
  static RgbImage plainPixels(JsonNode entry) {
    return entry.has("decoded_convert_rgb_png")
        ? Pixels.decode(FOLDER + entry.get("decoded_convert_rgb_png").asText())
        : exactPixels(entry);
  }

  private static RgbImage suppliedPixels(JsonNode entry) {
    return Pixels.decode(FOLDER + entry.get("decoded_white_background_png").asText());
  }
}
