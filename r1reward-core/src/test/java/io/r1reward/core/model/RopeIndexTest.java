package io.r1reward.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.r1reward.InvalidInputException;
import io.r1reward.core.generate.VisionInput;
import io.r1reward.core.generate.VisionInput.Kind;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RopeIndexTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static JsonNode resource(String path) throws Exception {
    try (InputStream in = RopeIndexTest.class.getResourceAsStream("/reference/" + path)) {
      return JSON.readTree(in);
    }
  }

  private static RopeIndex.Settings settings(JsonNode testCase) throws Exception {
    JsonNode config = resource("qwen25vl-tiny/config.json");
    return new RopeIndex.Settings(
        config.get("image_token_id").asInt(),
        config.get("video_token_id").asInt(),
        2,
        testCase.get("tokens_per_second").asDouble());
  }

  @Test
  void equals_the_reference_on_all_layouts() throws Exception {
    int rowsCompared = 0;
    for (JsonNode testCase : resource("rope-index/cases.json").get("cases")) {
      RopeIndex.Settings settings = settings(testCase);
      Iterator<VisionInput> images = media(testCase, "image_grid_thw", Kind.IMAGE).iterator();
      Iterator<VisionInput> videos = media(testCase, "video_grid_thw", Kind.VIDEO).iterator();
      JsonNode ids = testCase.get("input_ids");
      for (int row = 0; row < ids.size(); row++) {
        JsonNode mask = testCase.get("attention_mask");
        int padded = ids.get(row).size();
        int finalRow = row;
        int[] real =
            IntStream.range(0, padded)
                .filter(i -> mask.isNull() || mask.get(finalRow).get(i).asInt() == 1)
                .toArray();
        int[] tokens = IntStream.of(real).map(i -> ids.get(finalRow).get(i).asInt()).toArray();
        RopeIndex index = RopeIndex.of(tokens, mediaOf(tokens, settings, images, videos), settings);

        JsonNode expected = testCase.get("position_ids");
        for (int i = 0; i < real.length; i++) {
          assertThat(new int[] {index.time()[i], index.height()[i], index.width()[i]})
              .as("case %s row %d token %d", testCase.get("index"), row, real[i])
              .containsExactly(
                  expected.get(0).get(row).get(real[i]).asInt(),
                  expected.get(1).get(row).get(real[i]).asInt(),
                  expected.get(2).get(row).get(real[i]).asInt());
        }
        // The reference counts padding as part of the prompt, and where a batch has no media at all
        // its largest position is taken over the padding, too, which stands at 1.
        boolean textOnly =
            testCase.get("image_grid_thw").isNull() && testCase.get("video_grid_thw").isNull();
        int next = index.delta() + tokens.length;
        int largest = textOnly && real.length < padded ? Math.max(next - 1, 1) : next - 1;
        assertThat(largest + 1 - padded)
            .as("delta of case %s row %d", testCase.get("index"), row)
            .isEqualTo(testCase.get("rope_deltas").get(row).get(0).asInt());
        rowsCompared++;
      }
    }
    assertThat(rowsCompared).isGreaterThan(40);
  }

  @Test
  void refuses_placeholders_that_do_not_match_their_media() {
    RopeIndex.Settings settings = new RopeIndex.Settings(7, 8, 2, 2);
    VisionInput image = new VisionInput(Kind.IMAGE, new float[16], 1, 4, 4, 0);
    assertThatThrownBy(() -> RopeIndex.of(new int[] {1, 7, 7, 7}, List.of(image), settings))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("expected 4 of kind IMAGE for a grid of 1 x 4 x 4");
    assertThatThrownBy(() -> RopeIndex.of(new int[] {8, 8, 8, 8}, List.of(image), settings))
        .isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> RopeIndex.of(new int[] {1, 2}, List.of(image), settings))
        .hasMessageContaining("1 media");
    assertThatThrownBy(() -> RopeIndex.of(new int[] {1, 7}, List.of(), settings))
        .hasMessageContaining("placeholder at token 1");
  }

  private static List<VisionInput> media(JsonNode testCase, String name, Kind kind) {
    List<VisionInput> media = new ArrayList<>();
    JsonNode grids = testCase.get(name);
    for (int i = 0; i < grids.size(); i++) {
      int t = grids.get(i).get(0).asInt();
      int h = grids.get(i).get(1).asInt();
      int w = grids.get(i).get(2).asInt();
      JsonNode seconds = testCase.get("second_per_grid_ts");
      double perGrid =
          seconds.isNull() ? 1.0 : seconds.get(Math.min(i, seconds.size() - 1)).asDouble();
      media.add(new VisionInput(kind, new float[t * h * w], t, h, w, perGrid));
    }
    return media;
  }

  private static List<VisionInput> mediaOf(
      int[] tokens,
      RopeIndex.Settings settings,
      Iterator<VisionInput> images,
      Iterator<VisionInput> videos) {
    List<VisionInput> media = new ArrayList<>();
    for (int at = 0; at < tokens.length; ) {
      boolean image = tokens[at] == settings.imageToken();
      if (!image && tokens[at] != settings.videoToken()) {
        at++;
        continue;
      }
      VisionInput input = image ? images.next() : videos.next();
      media.add(input);
      at += input.patchCount() / 4;
    }
    return media;
  }
}
