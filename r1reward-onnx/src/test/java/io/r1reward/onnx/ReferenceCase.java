package io.r1reward.onnx;

import com.fasterxml.jackson.databind.JsonNode;
import io.r1reward.Image;
import io.r1reward.Media;
import io.r1reward.Video;
import io.r1reward.core.checkpoint.PreprocessorConfig;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.generate.VisionInput;
import io.r1reward.core.media.VisionProcessor;
import io.r1reward.core.testing.Reference;
import io.r1reward.core.testing.ReferenceTensors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One model case of the reference set, as prompts without padding. */
public final class ReferenceCase {
  private final String name;
  private final JsonNode description;
  private final List<Prompt> prompts = new ArrayList<>();
  private final List<Integer> paddings = new ArrayList<>();

  private ReferenceCase(String name) {
    this.name = name;
    this.description = Reference.json("cases/" + name + "/case.json");
  }

  /** Reads a case. */
  public static ReferenceCase of(String name) {
    ReferenceCase read = new ReferenceCase(name);
    read.readPrompts();
    return read;
  }

  /** Returns the folder of a checkpoint of the reference set. */
  public static Path checkpoint(String name) {
    return Reference.path(name);
  }

  /** Returns the cases of one checkpoint. */
  public static List<ReferenceCase> ofCheckpoint(String checkpoint) {
    return Reference.cases().stream()
        .map(ReferenceCase::of)
        .filter(each -> each.description.get("checkpoint").asText().equals(checkpoint))
        .toList();
  }

  /** Returns the name. */
  public String name() {
    return name;
  }

  /** Returns the prompts, one per row. */
  public List<Prompt> prompts() {
    return prompts;
  }

  /** Returns what case.json says about generation. */
  public JsonNode generation() {
    return description.get("generation");
  }

  /** Returns the expected tensors. */
  public ReferenceTensors expected() {
    return Reference.tensors("cases/" + name + "/expected.safetensors");
  }

  /** Returns the expected values of one row without its padding, {@code [tokens, width]}. */
  public float[] expectedRow(ReferenceTensors expected, String tensor, int row) {
    long[] shape = expected.shape(tensor);
    int length = (int) shape[1];
    int width = (int) shape[2];
    return Arrays.copyOfRange(
        expected.floats(tensor),
        (row * length + paddings.get(row)) * width,
        (row + 1) * length * width);
  }

  private void readPrompts() {
    Path checkpoint = checkpoint(description.get("checkpoint").asText());
    VisionProcessor processor =
        VisionProcessor.builder(
                PreprocessorConfig.read(checkpoint.resolve("preprocessor_config.json")))
            .build();
    ReferenceTensors inputs = Reference.tensors("cases/" + name + "/inputs.safetensors");
    int rows = (int) inputs.shape("input_ids")[0];
    int length = (int) inputs.shape("input_ids")[1];
    int[] ids = inputs.ints("input_ids");
    int[] mask = inputs.ints("attention_mask");
    for (int row = 0; row < rows; row++) {
      int padding = 0;
      while (mask[row * length + padding] == 0) {
        padding++;
      }
      paddings.add(padding);
      int[] tokens = Arrays.copyOfRange(ids, row * length + padding, (row + 1) * length);
      List<VisionInput> vision = media(row).stream().map(processor::process).toList();
      prompts.add(Prompt.of(tokens, vision));
    }
  }

  private List<Media> media(int row) {
    List<Media> media = new ArrayList<>();
    for (JsonNode content : description.get("messages").get(row).findValues("content")) {
      for (JsonNode part : content) {
        if (part.has("image")) {
          media.add(Image.of(file(part.get("image"))));
        } else if (part.has("video")) {
          List<Image> frames =
              part.get("video").valueStream().map(frame -> Image.of(file(frame))).toList();
          media.add(Video.of(frames, description.get("video_fps").get(0).asDouble()));
        }
      }
    }
    return media;
  }

  private Path file(JsonNode fileName) {
    return Reference.path("cases/" + name + "/" + fileName.asText());
  }

  @Override
  public String toString() {
    return name;
  }
}
