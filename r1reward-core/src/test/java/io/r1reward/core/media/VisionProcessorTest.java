package io.r1reward.core.media;

import static io.r1reward.core.media.Pixels.CONFIG;
import static io.r1reward.core.media.Pixels.sha256;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.primitives.Floats;
import io.r1reward.Image;
import io.r1reward.Media;
import io.r1reward.MediaException;
import io.r1reward.Video;
import io.r1reward.core.generate.VisionInput;
import io.r1reward.core.testing.Reference;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class VisionProcessorTest {

  private static final String FOLDER = "image-processor/";

  private final VisionProcessor processor = VisionProcessor.builder(CONFIG).build();

  static Stream<Arguments> videos() {
    return Reference.json(FOLDER + "video-frames.json")
        .valueStream()
        .map(video -> Arguments.of(Named.of(video.get("name").asText(), video)));
  }

  static Stream<String> casesWithMedia() {
    return Reference.cases().stream()
        .filter(name -> !media(Reference.json("cases/" + name + "/case.json"), name).isEmpty());
  }

  @ParameterizedTest
  @MethodSource("videos")
  void reads_frame_lists_to_the_same_bits(JsonNode expected) {
    List<Image> frames =
        expected
            .get("frame_files")
            .valueStream()
            .map(file -> Image.of(Reference.path(FOLDER + file.asText())))
            .toList();
    Video video = Video.of(frames, expected.get("fps").asDouble());
    JsonNode limits = expected.get("limits");
    VisionInput input =
        limits.isEmpty()
            ? processor.process(video)
            : processor.process(
                video,
                new PixelRange(limits.get("min_pixels").asInt(), limits.get("max_pixels").asInt()));
    assertThat(input.kind()).isEqualTo(VisionInput.Kind.VIDEO);
    assertThat(grid(input)).isEqualTo(Reference.ints(expected.get("video_grid_thw")));
    assertThat(input.secondsPerGrid()).isEqualTo(expected.get("second_per_grid_t").asDouble());
    assertThat(sha256(input.patches())).isEqualTo(expected.get("sha256_le_float32").asText());
    for (JsonNode sample : expected.path("samples")) {
      int index = sample.get(0).asInt() * 1176 + sample.get(1).asInt();
      assertThat(input.patches()[index]).isEqualTo((float) sample.get(2).asDouble());
    }
  }

  @ParameterizedTest
  @MethodSource("casesWithMedia")
  void reads_the_media_of_a_model_case(String name) {
    String folder = "cases/" + name + "/";
    List<VisionInput> inputs =
        media(Reference.json(folder + "case.json"), name).stream().map(processor::process).toList();
    JsonNode digests = Reference.json(folder + "pixel-values.sha256.json");
    var tensors = Reference.tensors(folder + "inputs.safetensors");
    for (VisionInput.Kind kind : VisionInput.Kind.values()) {
      String prefix = kind == VisionInput.Kind.IMAGE ? "image" : "video";
      String suffix = kind == VisionInput.Kind.IMAGE ? "" : "_videos";
      List<VisionInput> ofKind = inputs.stream().filter(in -> in.kind() == kind).toList();
      assertThat(ofKind.isEmpty()).isEqualTo(!digests.has("pixel_values" + suffix));
      if (ofKind.isEmpty()) {
        continue;
      }
      float[] patches =
          Floats.concat(ofKind.stream().map(VisionInput::patches).toArray(float[][]::new));
      assertThat(sha256(patches))
          .isEqualTo(digests.get("pixel_values" + suffix).get("sha256").asText());
      int[] grids = ofKind.stream().flatMapToInt(in -> Arrays.stream(grid(in))).toArray();
      assertThat(grids).isEqualTo(tensors.ints(prefix + "_grid_thw"));
      if (kind == VisionInput.Kind.VIDEO) {
        float[] seconds = new float[ofKind.size()];
        for (int i = 0; i < seconds.length; i++) {
          seconds[i] = (float) ofKind.get(i).secondsPerGrid();
        }
        assertThat(seconds).isEqualTo(tensors.floats("second_per_grid_ts"));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1_003_520, 501_760})
  void shrinks_a_second_time_to_the_limit_of_the_processor(int maxPixels) {
    JsonNode expected = pipeline("images/huge-2000x1500.jpg", "utils_then_processor_" + maxPixels);
    VisionInput input =
        VisionProcessor.builder(CONFIG)
            .maxPixels(maxPixels)
            .build()
            .process(Image.of(Reference.path(FOLDER + "images/huge-2000x1500.jpg")));
    assertThat(grid(input)).isEqualTo(Reference.ints(expected.get("image_grid_thw")));
  }

  @Test
  void takes_the_limits_of_a_message() {
    String pipeline = "utils_limits_3136_501760_then_processor_501760";
    JsonNode expected = pipeline("images/huge-4200x3300.jpg", pipeline);
    VisionInput input =
        VisionProcessor.builder(CONFIG)
            .maxPixels(501_760)
            .build()
            .process(
                Image.of(Reference.path(FOLDER + "images/huge-4200x3300.jpg")),
                new PixelRange(3136, 501_760));
    assertThat(grid(input)).isEqualTo(Reference.ints(expected.get("image_grid_thw")));
  }

  @Test
  void refuses_more_frames_than_allowed() {
    Image frame = Image.of(Reference.path(FOLDER + "images/exact-28x28.png"));
    Video video = Video.of(Collections.nCopies(9, frame));
    VisionProcessor strict =
        VisionProcessor.builder(CONFIG).limits(MediaLimits.DEFAULT.withMaxFrames(8)).build();
    assertThatThrownBy(() -> strict.process(video))
        .isInstanceOf(MediaException.class)
        .hasMessageContaining("9 frames")
        .hasMessageContaining("limit of 8");
  }

  @Test
  void refuses_a_video_that_no_array_can_hold_after_its_first_frame() {
    // 60 frames of 4004 x 3164 pixels and 3 channels make 2,280,358,080 values
    Image frame = Image.of(new BufferedImage(4004, 3164, BufferedImage.TYPE_INT_RGB));
    Image unreadable = Image.of(new byte[] {1, 2, 3});
    List<Image> frames = new ArrayList<>(Collections.nCopies(59, unreadable));
    frames.add(0, frame);
    assertThatThrownBy(() -> processor.process(Video.of(frames)))
        .isInstanceOf(MediaException.class)
        .hasMessageContaining("60 frames of 4004 x 3164")
        .hasMessageContaining("2280358080");
  }

  @Test
  void names_a_picture_that_is_too_long() {
    Image image = Image.of(Reference.path(FOLDER + "images/aspect-4100x20-too-long.png"));
    assertThatThrownBy(() -> processor.process(image))
        .isInstanceOf(MediaException.class)
        .hasMessageContaining("aspect-4100x20-too-long.png")
        .hasMessageContaining("smaller than 200, got 205.0");
  }

  @Test
  void refuses_a_picture_that_would_vanish() {
    // 5600 x 28 at most 3136 pixels: 28 / sqrt(156800 / 3136) = 4.0, which is no multiple of 28
    Image image = Image.of(new BufferedImage(5600, 28, BufferedImage.TYPE_INT_RGB));
    VisionProcessor small = VisionProcessor.builder(CONFIG).maxPixels(3136).build();
    assertThatThrownBy(() -> small.process(image))
        .isInstanceOf(MediaException.class)
        .hasMessageContaining("5600 x 28 pixels leave nothing")
        .hasMessageContaining("3136");
  }

  @Test
  void gives_the_same_patches_from_many_threads() {
    List<Image> images =
        List.of(
            Image.of(Reference.path(FOLDER + "images/progressive-150x110.jpg")),
            Image.of(Reference.path(FOLDER + "images/rgba-120x90.png")),
            Image.of(Reference.path(FOLDER + "images/gif-66x44.gif")));
    List<String> alone = images.stream().map(i -> sha256(processor.process(i).patches())).toList();
    List<String> together =
        Collections.nCopies(16, images).parallelStream()
            .flatMap(List::stream)
            .map(i -> sha256(processor.process(i).patches()))
            .toList();
    for (int i = 0; i < together.size(); i++) {
      assertThat(together.get(i)).isEqualTo(alone.get(i % alone.size()));
    }
  }

  private static JsonNode pipeline(String file, String name) {
    return Reference.json(FOLDER + "index.json")
        .valueStream()
        .filter(entry -> entry.get("file").asText().equals(file))
        .findFirst()
        .orElseThrow()
        .get("pipelines")
        .get(name);
  }

  private static int[] grid(VisionInput input) {
    return new int[] {input.gridT(), input.gridH(), input.gridW()};
  }

  /** The pictures and videos of a case's messages, in order. */
  private static List<Media> media(JsonNode description, String name) {
    String folder = "cases/" + name + "/";
    List<Media> media = new ArrayList<>();
    for (JsonNode content : description.get("messages").findValues("content")) {
      for (JsonNode part : content) {
        if (part.has("image")) {
          media.add(Image.of(Reference.path(folder + part.get("image").asText())));
        } else if (part.has("video")) {
          List<Image> frames =
              part.get("video")
                  .valueStream()
                  .map(frame -> Image.of(Reference.path(folder + frame.asText())))
                  .toList();
          media.add(Video.of(frames, description.get("video_fps").get(0).asDouble()));
        }
      }
    }
    return media;
  }
}
