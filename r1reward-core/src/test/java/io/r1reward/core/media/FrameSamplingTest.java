package io.r1reward.core.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.r1reward.InvalidInputException;
import io.r1reward.core.media.FrameSampling.Options;
import io.r1reward.core.testing.Reference;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class FrameSamplingTest {

  @Test
  void chooses_the_frames_of_the_benchmark_scripts() {
    JsonNode frames = Reference.json("image-processor/frame-sampling-32.json").get("frames");
    assertThat(frames).hasSizeGreaterThan(8);
    for (Map.Entry<String, JsonNode> entry : frames.properties()) {
      assertThat(FrameSampling.benchmark(Integer.parseInt(entry.getKey())))
          .as("%s frames", entry.getKey())
          .isEqualTo(Reference.ints(entry.getValue()));
    }
  }

  @Test
  void counts_frames_as_the_reference_does() {
    JsonNode rows = Reference.json("image-processor/smart-nframes.json");
    assertThat(rows).hasSizeGreaterThan(50);
    for (JsonNode row : rows) {
      int count =
          FrameSampling.smartFrameCount(
              options(row.get("element")),
              row.get("total_frames").asInt(),
              row.get("video_fps").asDouble());
      assertThat(count).as("%s", row).isEqualTo(row.get("result").asInt());
    }
  }

  @Test
  void refuses_more_frames_than_there_are() {
    assertThatThrownBy(() -> FrameSampling.smartFrameCount(Options.frames(40), 30, 25))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("[2, 30]")
        .hasMessageContaining("40");
  }

  @Test
  void refuses_a_count_beside_a_rate() {
    assertThatThrownBy(
            () ->
                new Options(
                    OptionalInt.of(4),
                    OptionalDouble.of(2),
                    OptionalInt.empty(),
                    OptionalInt.empty()))
        .isInstanceOf(InvalidInputException.class);
  }

  private static Options options(JsonNode element) {
    return new Options(
        integer(element, "nframes"),
        element.has("fps")
            ? OptionalDouble.of(element.get("fps").asDouble())
            : OptionalDouble.empty(),
        integer(element, "min_frames"),
        integer(element, "max_frames"));
  }

  private static OptionalInt integer(JsonNode element, String key) {
    return element.has(key) ? OptionalInt.of(element.get(key).asInt()) : OptionalInt.empty();
  }
}
