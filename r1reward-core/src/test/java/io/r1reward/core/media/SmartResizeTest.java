package io.r1reward.core.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.r1reward.InvalidInputException;
import io.r1reward.MediaException;
import io.r1reward.core.media.SmartResize.Size;
import io.r1reward.core.testing.Reference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SmartResizeTest {

  @ParameterizedTest
  @CsvSource({
    "TRANSFORMERS_4_50, transformers_4_50",
    "TRANSFORMERS_4_56, transformers_4_56",
    "QWEN_VL_UTILS, qwen_vl_utils_0_0_11"
  })
  void chooses_the_sizes_of_the_reference(SmartResize rule, String column) {
    int sizes = 0;
    for (JsonNode row : Reference.json("image-processor/smart-resize.json")) {
      int height = row.get("height").asInt();
      int width = row.get("width").asInt();
      int factor = row.get("factor").asInt();
      PixelRange range =
          new PixelRange(row.get("min_pixels").asInt(), row.get("max_pixels").asInt());
      JsonNode expected = row.get(column);
      if (expected.isArray()) {
        assertThat(rule.size(height, width, factor, range))
            .as("%s", row)
            .isEqualTo(new Size(expected.get(0).asInt(), expected.get(1).asInt()));
        sizes++;
      } else {
        assertThatThrownBy(() -> rule.size(height, width, factor, range))
            .as("%s", row)
            .isInstanceOf(MediaException.class)
            .hasMessage(expected.get("message").asText());
      }
    }
    assertThat(sizes).isGreaterThan(100);
  }

  @Test
  void refuses_limits_in_the_wrong_order() {
    assertThatThrownBy(() -> new PixelRange(784, 100))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("784")
        .hasMessageContaining("100");
  }

  @ParameterizedTest
  @CsvSource({
    // 90,316,800 / frames * 2, at most 768 tokens, at least 1.05 * 128 tokens of 784 pixels
    "2, 602112",
    "300, 602112",
    "320, 564480",
    "768, 235200",
    "4000, 105369"
  })
  void shares_a_video_files_pixels_among_its_frames(int frames, double most) {
    assertThat(PixelRange.ofVideoFile(frames)).isEqualTo(new PixelRange(100_352, most));
  }
}
