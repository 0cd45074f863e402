package io.r1reward.core.media;

import static io.r1reward.core.media.Pixels.sha256;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.primitives.Floats;
import io.r1reward.Image;
import io.r1reward.MediaException;
import io.r1reward.Video;
import io.r1reward.core.generate.VisionInput;
import io.r1reward.core.media.SmartResize.Size;
import io.r1reward.core.media.VisionRule.Limits;
import io.r1reward.core.model.qwen3_vl.Qwen3Pictures;
import io.r1reward.core.testing.Reference;
import io.r1reward.core.testing.ReferenceCase;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Pictures and videos of Qwen3-VL against the stored pixels of the public implementation. */
class Qwen3PicturesTest {
  private static final String FOLDER = "qwen3vl/image-processor/";
  private static final Path CHECKPOINT = Reference.path("qwen3vl-tiny");
  private static final PreprocessorConfig CONFIG = PreprocessorConfig.forCheckpoint(CHECKPOINT);
  private static final PixelRange PUBLISHED =
      new PixelRange(CONFIG.minPixels(), CONFIG.maxPixels());
  private static final PixelRange VIDEOS = new PixelRange(4096, 25_165_824);

  static Stream<Arguments> pipelines() {
    return Reference.json(FOLDER + "index.json")
        .valueStream()
        .flatMap(
            entry ->
                Stream.of("processor", "utils_then_processor", "utils_limits_then_processor")
                    .filter(pipeline -> entry.get("pipelines").has(pipeline))
                    .map(
                        pipeline ->
                            Arguments.of(
                                entry.get("file").asText(), pipeline, Named.of("entry", entry))));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("pipelines")
  void resizes_to_the_same_bits(String file, String pipeline, JsonNode entry) {
    JsonNode expected = entry.get("pipelines").get(pipeline);
    boolean processor = pipeline.equals("processor");
    Optional<RgbImage> picture = pixels(entry, file, processor);
    if (picture.isEmpty()) {
      return; // a JPEG whose pixels are not stored: its decoder is tested elsewhere
    }
    JsonNode limits = expected.path("limits");
    PixelRange range =
        limits.has("max_pixels")
            ? new PixelRange(limits.get("min_pixels").asInt(), limits.get("max_pixels").asInt())
            : null;
    Qwen3Pictures rule = processor ? Qwen3Pictures.PROCESSOR : Qwen3Pictures.UTILS;
    Limits all = new Limits(32, range, PUBLISHED, VIDEOS);
    if (expected.has("error")) {
      assertThatThrownBy(() -> rule.picture(picture.get(), all))
          .isInstanceOf(MediaException.class)
          .hasMessage(expected.get("message").asText());
      return;
    }
    RgbImage resized = rule.picture(picture.get(), all);
    assertThat(resized.height()).isEqualTo(expected.get("height").asInt());
    assertThat(resized.width()).isEqualTo(expected.get("width").asInt());
    assertThat(sha256(resized.pixels())).isEqualTo(expected.get("sha256_resized_rgb").asText());
    VisionInput input =
        new PatchEncoder(CONFIG, rule)
            .encode(
                VisionInput.Kind.IMAGE,
                List.of(resized),
                0,
                com.google.common.primitives.ImmutableDoubleArray.of());
    assertThat(sha256(input.patches())).isEqualTo(expected.get("sha256_le_float32").asText());
  }

  /** The pixels that Pillow decodes; empty where they are not known. */
  private static Optional<RgbImage> pixels(JsonNode entry, String file, boolean convert) {
    if (!entry.path("of_the_older_set").asBoolean()) {
      return Optional.of(Pixels.decode(FOLDER + file));
    }
    String name = file.substring("image-processor/".length());
    JsonNode older =
        Reference.json("image-processor/index.json")
            .valueStream()
            .filter(other -> other.get("file").asText().equals(name))
            .findFirst()
            .orElseThrow();
    if (!ImageProcessorReferenceTest.isSuppliedExactly(older)) {
      return Optional.empty();
    }
    return Optional.of(
        convert
            ? ImageProcessorReferenceTest.plainPixels(older)
            : ImageProcessorReferenceTest.exactPixels(older));
  }

  @Test
  void most_pictures_of_the_reference_are_compared() {
    assertThat(
            pipelines()
                .filter(
                    each ->
                        pixels(
                                (JsonNode) ((Named<?>) each.get()[2]).getPayload(),
                                (String) each.get()[0],
                                true)
                            .isPresent()))
        .hasSizeGreaterThan(30);
  }

  @ParameterizedTest
  @CsvSource({"TRANSFORMERS_4_56, processor", "QWEN_VL_UTILS_0_0_14, qwen_vl_utils"})
  void chooses_the_sizes_of_the_reference(SmartResize rule, String column) {
    for (JsonNode row : Reference.json(FOLDER + "smart-resize.json")) {
      PixelRange range =
          new PixelRange(row.get("min_pixels").asInt(), row.get("max_pixels").asInt());
      JsonNode expected = row.get(column);
      int height = row.get("height").asInt();
      int width = row.get("width").asInt();
      if (expected.isArray()) {
        assertThat(rule.size(height, width, row.get("factor").asInt(), range))
            .as("%s", row)
            .isEqualTo(new Size(expected.get(0).asInt(), expected.get(1).asInt()));
      } else {
        assertThatThrownBy(() -> rule.size(height, width, row.get("factor").asInt(), range))
            .as("%s", row)
            .hasMessage(expected.get("message").asText());
      }
    }
  }

  @Test
  void chooses_the_sizes_of_frames() {
    int compared = 0;
    for (JsonNode row : Reference.json(FOLDER + "video-smart-resize.json")) {
      PixelRange range =
          new PixelRange(row.get("min_pixels").asInt(), row.get("max_pixels").asInt());
      int frames = row.get("num_frames").asInt();
      JsonNode expected = frames == 1 ? row.get("newer") : row.get("v4_57");
      RgbImage blank = blank(row.get("width").asInt(), row.get("height").asInt());
      Limits limits = new Limits(row.get("factor").asInt(), null, PUBLISHED, range);
      if (blank == null) {
        continue; // too large to be made here
      }
      if (expected.isArray()) {
        RgbImage frame = Qwen3Pictures.UTILS.firstFrame(blank, frames, limits);
        assertThat(new Size(frame.height(), frame.width()))
            .as("%s", row)
            .isEqualTo(new Size(expected.get(0).asInt(), expected.get(1).asInt()));
        compared++;
      } else {
        assertThatThrownBy(() -> Qwen3Pictures.UTILS.firstFrame(blank, frames, limits))
            .as("%s", row)
            .isInstanceOf(MediaException.class)
            .hasMessage(expected.get("message").asText());
      }
    }
    assertThat(compared).isGreaterThan(20);
  }

  private static @org.jspecify.annotations.Nullable RgbImage blank(int width, int height) {
    long bytes = (long) width * height * RgbImage.CHANNELS;
    return bytes > 30_000_000 ? null : new RgbImage(width, height, new byte[(int) bytes]);
  }

  static Stream<Arguments> videos() {
    return Reference.json(FOLDER + "video-frames.json")
        .valueStream()
        .map(video -> Arguments.of(Named.of(video.get("name").asText(), video)));
  }

  @ParameterizedTest
  @MethodSource("videos")
  void reads_lists_of_frames_to_the_same_bits(JsonNode video) {
    List<Image> frames =
        video
            .get("frame_files")
            .valueStream()
            .map(file -> Image.of(Reference.path(FOLDER + file.asText())))
            .toList();
    JsonNode expected = video.get("processor");
    VisionInput input =
        VisionProcessor.builder(CONFIG)
            .rule(Qwen3Pictures.UTILS)
            .videoRange(PreprocessorConfig.videoRange(CHECKPOINT))
            .build()
            .process(Video.of(frames, 2));
    assertThat(new int[] {input.gridT(), input.gridH(), input.gridW()})
        .isEqualTo(Reference.ints(expected.get("grid_thw")));
    assertThat(sha256(input.patches())).isEqualTo(expected.get("sha256_le_float32").asText());
  }

  static List<String> cases() {
    return Reference.qwen3Cases().stream().filter(name -> !name.contains("text")).toList();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void reads_the_media_of_a_model_case(String name) {
    ReferenceCase reference = ReferenceCase.of(name);
    for (VisionInput.Kind kind : VisionInput.Kind.values()) {
      String key = kind == VisionInput.Kind.IMAGE ? "pixel_values" : "pixel_values_videos";
      List<float[]> patches =
          reference.prompts().stream()
              .flatMap(prompt -> prompt.vision().stream())
              .filter(input -> input.kind() == kind)
              .map(VisionInput::patches)
              .toList();
      JsonNode digest = reference.json().at("/pixels/" + key);
      assertThat(patches.isEmpty()).isEqualTo(digest.isMissingNode());
      if (!patches.isEmpty()) {
        assertThat(sha256(Floats.concat(patches.toArray(float[][]::new))))
            .isEqualTo(digest.get("sha256_le_float32").asText());
      }
    }
  }

  /** Users' limit counts for each picture, and for a video as often as it has frames. */
  @Test
  void a_users_limit_holds_for_pictures_and_frames() {
    VisionProcessor small =
        VisionProcessor.builder(CONFIG).rule(Qwen3Pictures.UTILS).maxPixels(4096).build();
    Image picture = Image.of(Reference.path(FOLDER + "images/exact-320x224.png"));
    VisionInput still = small.process(picture);
    assertThat(still.gridH() * still.gridW() * 256).isLessThanOrEqualTo(4096);
    VisionInput moving = small.process(Video.of(List.of(picture, picture, picture, picture), 2));
    assertThat(moving.gridT()).isEqualTo(2);
    assertThat(moving.gridH() * moving.gridW() * 256).isLessThanOrEqualTo(4096);
    assertThat(moving.seconds()).containsExactly(0.25, 1.25);
  }
}
