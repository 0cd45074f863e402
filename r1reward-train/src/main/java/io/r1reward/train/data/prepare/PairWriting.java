package io.r1reward.train.data.prepare;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.r1reward.Image;
import io.r1reward.Media;
import io.r1reward.PreferencePair;
import io.r1reward.Preferred;
import io.r1reward.Video;
import io.r1reward.core.protocol.R1RewardProtocol;
import io.r1reward.core.text.Message;
import io.r1reward.core.text.Part;
import io.r1reward.train.data.PreferenceSample;
import io.r1reward.train.data.SampleFormats;
import java.util.Iterator;
import java.util.List;

/** Lines of samples. Immutable. */
public final class PairWriting {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** Tells how a line names a picture. */
  @FunctionalInterface
  public interface PictureNames {

    /** Returns the path of a picture. */
    String of(Image image);
  }

  private final PictureNames names;

  /** Writes lines that name their pictures in this way. */
  public PairWriting(PictureNames names) {
    this.names = names;
  }

  /** Returns a line that {@link SampleFormats#pairs()} reads. */
  public ObjectNode pair(PreferenceSample sample) {
    PreferencePair pair = sample.pair();
    ObjectNode line =
        JSON.objectNode()
            .put("id", sample.id())
            .put("question", pair.question())
            .put("first", pair.first())
            .put("second", pair.second())
            .put("preferred", sample.label().name());
    List<Media> media = pair.media();
    if (media.size() == 1 && media.get(0) instanceof Image image) {
      line.put("image", names.of(image));
    } else if (media.size() == 1) {
      line.setAll(video((Video) media.get(0)));
    } else if (!media.isEmpty()) {
      ArrayNode all =
          line.putArray(media.stream().allMatch(Image.class::isInstance) ? "images" : "media");
      media.forEach(
          one -> {
            if (one instanceof Video video) {
              all.add(video(video));
            } else {
              all.add(names.of((Image) one));
            }
          });
    }
    return withAttributes(line, sample);
  }

  /**
   * Returns a line that {@link SampleFormats#r1RewardRl()} reads, of the published prompt. Of the
   * attributes it reads difficulty and judgement; others stand in the line, but for those that are
   * named like fields of the format.
   */
  public ObjectNode rl(PreferenceSample sample) {
    ArrayNode messages = JSON.arrayNode();
    for (Message message : R1RewardProtocol.create().messages(sample.pair())) {
      ArrayNode content = messages.addObject().put("role", message.role()).putArray("content");
      Iterator<Media> media = sample.pair().media().iterator();
      for (Part part : message.parts()) {
        content.add(part instanceof Part.Text text ? text(text.text()) : medium(media.next()));
      }
    }
    ObjectNode line =
        JSON.objectNode()
            .put("id", sample.id())
            .put("message", messages.toString())
            .put("question", sample.pair().question());
    line.putArray("answer")
        .add("<answer>" + (sample.label() == Preferred.FIRST ? 1 : 2) + "</answer>");
    return withAttributes(line, sample);
  }

  /** Adds what else is known; a field of the format keeps its value, or its absence. */
  private static ObjectNode withAttributes(ObjectNode line, PreferenceSample sample) {
    sample
        .attributes()
        .forEach(
            (name, value) -> {
              if (!line.has(name) && !name.equals("message")) {
                line.put(name, value);
              }
            });
    return line;
  }

  private static ObjectNode text(String text) {
    return JSON.objectNode().put("type", "text").put("text", text);
  }

  private ObjectNode medium(Media media) {
    if (media instanceof Image image) {
      return JSON.objectNode().put("type", "image").put("image", names.of(image));
    }
    ObjectNode part = JSON.objectNode().put("type", "video");
    part.setAll(video((Video) media));
    return part;
  }

  private ObjectNode video(Video video) {
    ObjectNode fields = JSON.objectNode();
    ArrayNode frames = fields.putArray("video");
    video.frames().forEach(frame -> frames.add(names.of(frame)));
    return fields.put("fps", video.fps());
  }
}
