package io.r1reward.train.data.layout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.r1reward.train.data.PairJson;
import java.io.IOException;
import java.util.List;
import java.util.Objects;

/** Records with a question, a chosen and a rejected response, all texts. Stateless. */
final class ChosenLayouts {

  private ChosenLayouts() {}

  static List<ObjectNode> mmRlhf(ObjectNode record, String otherwise, PictureStore pictures)
      throws IOException {
    String id = Objects.requireNonNullElse(Fields.textOrNull(record, "id"), otherwise);
    String question =
        Fields.notBlank(Placeholders.removed(Fields.text(record, "prompt")), "prompt");
    String chosen = Fields.text(record, "chosen");
    String rejected = Fields.text(record, "rejected");
    PairNode.different(chosen, rejected);
    ObjectNode media = media(record, pictures);
    PairNode pair = PairNode.of(record, id, question, media, "MM-RLHF");
    return List.of(pair.pair(chosen, rejected));
  }

  static List<ObjectNode> rlaifV(ObjectNode record, String otherwise, PictureStore pictures)
      throws IOException {
    String index = Fields.textOrNull(record, "idx");
    String id = index == null ? otherwise : "RLAIF-V-" + index;
    String question = Fields.text(record, "question");
    String chosen = Fields.text(record, "chosen");
    String rejected = Fields.text(record, "rejected");
    PairNode.different(chosen, rejected);
    ObjectNode media = Pictures.read(record, pictures, "image", "image_path");
    String source = Objects.requireNonNullElse(Fields.textOrNull(record, "ds_name"), "RLAIF-V");
    PairNode pair =
        PairNode.of(record, id, question, media, source)
            .with("category", Fields.textOrNull(record, "origin_dataset"));
    return List.of(pair.pair(chosen, rejected));
  }

  /** A video is a list of its frames. */
  private static ObjectNode media(ObjectNode record, PictureStore pictures) throws IOException {
    JsonNode video = PairJson.given(record, "video");
    if (video == null || (video.isTextual() && video.asText().isBlank())) {
      return Pictures.read(record, pictures, "image");
    }
    if (!video.isArray()) {
      throw new DroppedRecordException(
          DropReason.VIDEO_FILE,
          "video must be a list of frame paths, got " + PairJson.shown(video));
    }
    ObjectNode media = JsonNodeFactory.instance.objectNode();
    ArrayNode frames = media.putArray("video");
    Pictures.paths(video, "video", pictures).forEach(frames::add);
    if (frames.isEmpty()) {
      throw new DroppedRecordException(DropReason.NO_PICTURE, "video has no frames");
    }
    return media;
  }
}
