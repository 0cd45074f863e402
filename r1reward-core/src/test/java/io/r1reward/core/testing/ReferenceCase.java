package io.r1reward.core.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.primitives.Ints;
import io.r1reward.Image;
import io.r1reward.Media;
import io.r1reward.Video;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.generate.VisionInput;
import io.r1reward.core.generate.VisionInput.Kind;
import io.r1reward.core.media.PreprocessorConfig;
import io.r1reward.core.media.VisionProcessor;
import io.r1reward.core.model.ModelConfig;
import io.r1reward.core.model.qwen3_vl.Qwen3Pictures;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A model case of the reference: its prompts without padding, with media from the pictures through
 * our own image processor (whose pixels are compared elsewhere), and what the reference made of
 * them. Thread-safe.
 */
public final class ReferenceCase {
  private final String name;
  private final JsonNode json;
  private final Path checkpoint;
  private final ModelConfig config;
  private final ReferenceTensors expected;
  private final List<Prompt> prompts = new ArrayList<>();
  private final List<int[]> realPlaces = new ArrayList<>();
  private final int paddedLength;

  private ReferenceCase(String name) {
    this.name = name;
    this.json = Reference.json("cases/" + name + "/case.json");
    this.checkpoint = Reference.path(json.get("checkpoint").asText());
    this.config = ModelConfig.read(checkpoint.resolve("config.json"));
    this.expected = Reference.tensors("cases/" + name + "/expected.safetensors");
    ReferenceTensors inputs = Reference.tensors("cases/" + name + "/inputs.safetensors");
    int[] ids = inputs.ints("input_ids");
    int[] mask = inputs.ints("attention_mask");
    this.paddedLength = (int) inputs.shape("input_ids")[1];
    Deque<VisionInput> images = media(Kind.IMAGE);
    Deque<VisionInput> videos = media(Kind.VIDEO);
    for (int row = 0; row < ids.length / paddedLength; row++) {
      List<Integer> places = new ArrayList<>();
      for (int i = 0; i < paddedLength; i++) {
        if (mask[row * paddedLength + i] == 1) {
          places.add(i);
        }
      }
      int begin = row * paddedLength;
      int[] tokens = places.stream().mapToInt(i -> ids[begin + i]).toArray();
      prompts.add(Prompt.of(tokens, mediaOf(tokens, images, videos)));
      realPlaces.add(places.stream().mapToInt(i -> i).toArray());
    }
  }

  /** Reads a case by its folder's name. */
  public static ReferenceCase of(String name) {
    return new ReferenceCase(name);
  }

  /** Returns {@code case.json}. */
  public JsonNode json() {
    return json;
  }

  /** Returns the folder of the case's checkpoint. */
  public Path checkpoint() {
    return checkpoint;
  }

  /** Returns the checkpoint's configuration. */
  public ModelConfig config() {
    return config;
  }

  /** Returns the rows of the case without their padding. */
  public List<Prompt> prompts() {
    return prompts;
  }

  /** Returns {@code expected.safetensors}. */
  public ReferenceTensors expected() {
    return expected;
  }

  /** Returns which places of the padded row the tokens of a prompt stand at. */
  public int[] places(int row) {
    return realPlaces.get(row);
  }

  /**
   * Returns the vectors of a tensor of shape {@code [B, padded length, width]} that belong to the
   * tokens of one prompt, {@code [length][width]}.
   */
  public float[][] rows(String tensor, int row) {
    int width = (int) expected.shape(tensor)[2];
    int columns = (int) expected.shape(tensor)[1];
    float[] values = expected.floats(tensor);
    int[] stored = stored(tensor);
    List<float[]> rows = new ArrayList<>();
    for (int i = 0; i < columns; i++) {
      if (Ints.contains(realPlaces.get(row), stored[i])) {
        int at = (row * columns + i) * width;
        rows.add(Arrays.copyOfRange(values, at, at + width));
      }
    }
    return rows.toArray(float[][]::new);
  }

  /** Returns those of the vectors of all tokens of a prompt that {@link #rows} returns. */
  public float[][] storedRows(String tensor, int row, float[][] all) {
    int[] stored = stored(tensor);
    int[] places = realPlaces.get(row);
    return IntStream.range(0, Math.min(all.length, places.length))
        .filter(i -> Ints.contains(stored, places[i]))
        .mapToObj(i -> all[i])
        .toArray(float[][]::new);
  }

  /**
   * Places of the padded row of which a tensor holds vectors: all, those that are named, the last.
   */
  private int[] stored(String tensor) {
    int columns = (int) expected.shape(tensor)[1];
    if (tensor.equals("logits") && expected.has("logits_positions")) {
      return expected.ints("logits_positions");
    }
    return IntStream.range(paddedLength - columns, paddedLength).toArray();
  }

  /** Returns ids generated for a prompt by one of the reference's decoding settings. */
  public int[] generated(String setting, int row) {
    return Reference.ints(json.get("generation").get(setting).get(row));
  }

  @Override
  public String toString() {
    return name;
  }

  private List<VisionInput> mediaOf(
      int[] tokens, Deque<VisionInput> images, Deque<VisionInput> videos) {
    List<VisionInput> media = new ArrayList<>();
    for (int at = 0; at < tokens.length; ) {
      boolean image = tokens[at] == config.imageTokenId();
      if (!image && tokens[at] != config.videoTokenId()) {
        at++;
        continue;
      }
      VisionInput input = image ? images.remove() : videos.remove();
      media.add(input);
      int placeholder = tokens[at];
      for (int units = input.patchCount() / 4; units > 0; at++) {
        units -= tokens[at] == placeholder ? 1 : 0; // times may stand between
      }
    }
    return media;
  }

  private Deque<VisionInput> media(Kind kind) {
    VisionProcessor processor =
        VisionProcessor.builder(
                PreprocessorConfig.read(checkpoint.resolve("preprocessor_config.json")))
            .rule(
                json.path("pipeline").asText().equals("processor")
                    ? Qwen3Pictures.PROCESSOR
                    : config.family().visionRule())
            .videoRange(PreprocessorConfig.videoRange(checkpoint))
            .build();
    Deque<VisionInput> inputs = new ArrayDeque<>();
    int videos = 0;
    for (JsonNode conversation : json.get("messages")) {
      for (JsonNode message : conversation) {
        for (JsonNode part : message.get("content")) {
          String type = part.path("type").asText();
          if (type.equals("image") && kind == Kind.IMAGE) {
            inputs.add(processor.process(picture(part.get("image"))));
          } else if (type.equals("video") && kind == Kind.VIDEO) {
            inputs.add(processor.process(video(part.get("video"), videos)));
          }
          if (type.equals("video")) {
            videos++;
          }
        }
      }
    }
    return inputs;
  }

  private Image picture(JsonNode file) {
    return Image.of(Reference.path("cases/" + name + "/" + file.asText()));
  }

  private Media video(JsonNode files, int index) {
    List<Image> frames = new ArrayList<>();
    files.forEach(file -> frames.add(picture(file)));
    JsonNode fps =
        json.has("video_fps")
            ? json.get("video_fps").get(index)
            : json.get("video_metadata").get(index).get("fps");
    return Video.of(frames, fps.asDouble());
  }
}
