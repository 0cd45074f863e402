package io.r1reward.core.model.qwen3_vl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.primitives.ImmutableIntArray;
import io.r1reward.core.checkpoint.Checkpoint;
import io.r1reward.core.generate.VisionInput;
import io.r1reward.core.generate.VisionInput.Kind;
import io.r1reward.core.model.ModelConfig;
import io.r1reward.core.model.RopeIndex;
import io.r1reward.core.model.RotaryFrequencies;
import io.r1reward.core.model.TextConfig;
import io.r1reward.core.model.VisionLayout;
import io.r1reward.core.testing.Reference;
import io.r1reward.core.testing.ReferenceTensors;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Positions of tokens and patches against the reference. */
class Qwen3PositionsTest {

  private static ModelConfig config(String checkpoint) {
    return ModelConfig.read(Reference.path(checkpoint).resolve("config.json"));
  }

  @Test
  void positions_of_tokens_equal_the_reference_on_all_layouts() {
    JsonNode file = Reference.json("qwen3vl/rope-index/cases.json");
    ModelConfig config = config(file.get("checkpoint").asText());
    RopeIndex.Settings settings = config.family().positions(config);
    int compared = 0;
    for (JsonNode layout : file.get("cases")) {
      Deque<VisionInput> images = media(layout.get("image_grid_thw"), Kind.IMAGE);
      Deque<VisionInput> videos = media(layout.get("video_grid_thw"), Kind.VIDEO);
      JsonNode mask = layout.get("attention_mask");
      for (int row = 0; row < layout.get("input_ids").size(); row++) {
        int[] padded = Reference.ints(layout.get("input_ids").get(row));
        JsonNode own = mask.isNull() ? null : mask.get(row);
        int[] real =
            IntStream.range(0, padded.length)
                .filter(i -> own == null || own.get(i).asInt() == 1)
                .toArray();
        int[] tokens = IntStream.of(real).map(i -> padded[i]).toArray();
        RopeIndex index = RopeIndex.of(tokens, mediaOf(tokens, settings, images, videos), settings);
        for (int axis = 0; axis < 3; axis++) {
          int[] expected = Reference.ints(layout.get("position_ids").get(axis).get(row));
          int[] ours = axis == 0 ? index.time() : axis == 1 ? index.height() : index.width();
          assertThat(ours)
              .as("axis %d of row %d of layout %s", axis, row, layout.get("index"))
              .isEqualTo(IntStream.of(real).map(i -> expected[i]).toArray());
        }
        if (tokens.length == 1 && padded.length > 1) {
          continue; // theirs counts what stands in padded places, too
        }
        // theirs counts from the padded length
        int delta = layout.get("rope_deltas").get(row).get(0).asInt();
        assertThat(index.delta()).isEqualTo(delta + padded.length - tokens.length);
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(40);
  }

  private static Deque<VisionInput> media(JsonNode grids, Kind kind) {
    Deque<VisionInput> media = new ArrayDeque<>();
    grids.forEach(
        grid -> {
          int[] thw = Reference.ints(grid);
          int patches = thw[0] * thw[1] * thw[2];
          media.add(new VisionInput(kind, new float[patches], thw[0], thw[1], thw[2], 0));
        });
    return media;
  }

  private static List<VisionInput> mediaOf(
      int[] tokens,
      RopeIndex.Settings settings,
      Deque<VisionInput> images,
      Deque<VisionInput> videos) {
    List<VisionInput> media = new ArrayList<>();
    int left = 0;
    for (int token : tokens) {
      if (token != settings.imageToken() && token != settings.videoToken()) {
        continue;
      }
      if (left == 0) {
        media.add(token == settings.imageToken() ? images.remove() : videos.remove());
        left = media.get(media.size() - 1).patchCount() / 4;
      }
      left--;
    }
    return media;
  }

  @Test
  void rotary_frequencies_turn_with_the_references_axes() {
    for (JsonNode text : Reference.json("qwen3vl/rope-index/text-rotary.json")) {
      int headDim = text.get("head_dim").asInt();
      TextConfig config =
          new TextConfig(
              8,
              8,
              8,
              1,
              1,
              1,
              8,
              1e-6,
              text.get("rope_theta").asDouble(),
              ImmutableIntArray.copyOf(Reference.ints(text.get("mrope_section"))),
              headDim,
              true,
              false,
              true);
      assertThat(config.rotaryAxes()).isEqualTo(Reference.ints(text.get("axis_of_frequency")));
      float[] inverse = RotaryFrequencies.inverse(config.ropeTheta(), headDim);
      if (!text.has("inv_freq")) {
        continue;
      }
      double[] expected = Reference.numbers(text.get("inv_freq"));
      for (int i = 0; i < inverse.length; i++) {
        assertThat((double) inverse[i]).isCloseTo(expected[i], within(expected[i] * 0x1p-22));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen3vl-tiny", "qwen3vl-tiny-tied"})
  void patches_find_the_references_place_in_the_table_of_positions(String checkpoint) {
    ReferenceTensors vectors = Reference.tensors("qwen3vl/position-embedding/vectors.safetensors");
    int compared = 0;
    try (Checkpoint open = Checkpoint.open(Reference.path(checkpoint))) {
      ModelConfig config = open.config();
      float[] table = open.require("visual.pos_embed.weight").toFloats();
      int width = config.vision().hiddenSize();
      for (JsonNode grids : Reference.json("qwen3vl/position-embedding/grids.json")) {
        if (!grids.get("checkpoint").asText().equals(checkpoint)) {
          continue;
        }
        float[] places = vectors.floats(grids.get("key").asText() + "/pos_embed");
        float[] angles = vectors.floats(grids.get("key").asText() + "/rotary_angles");
        float[] inverse =
            RotaryFrequencies.inverse(
                RotaryFrequencies.VISION_THETA, config.vision().headDim() / 2);
        int at = 0;
        for (JsonNode grid : grids.get("grid_thw")) {
          int[] thw = Reference.ints(grid);
          VisionLayout layout = config.family().layout(config.vision(), thw[1], thw[2]);
          int patches = thw[1] * thw[2];
          for (int t = 0; t < thw[0]; t++) {
            for (int patch = 0; patch < patches; patch++, at++) {
              for (int c = 0; c < width; c++) {
                float value = 0;
                for (int k = 0; k < 4; k++) {
                  value +=
                      layout.shares()[k * patches + patch]
                          * table[layout.corners()[k * patches + patch] * width + c];
                }
                // four products of a coordinate that float32 knows to 2^-24 of the table's side
                assertThat(value).isCloseTo(places[at * width + c], within(4e-6f));
              }
              for (int i = 0; i < inverse.length; i++) {
                assertThat(layout.patchRow()[patch] * inverse[i])
                    .isEqualTo(angles[at * 2 * inverse.length + i]);
                assertThat(layout.patchColumn()[patch] * inverse[i])
                    .isEqualTo(angles[(at * 2 + 1) * inverse.length + i]);
              }
              compared++;
            }
          }
        }
        assertThat(at * width).isEqualTo(places.length);
      }
    }
    assertThat(compared).isGreaterThan(200);
  }
}
