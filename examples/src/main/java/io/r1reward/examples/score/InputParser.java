package io.r1reward.examples.score;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import io.r1reward.Image;
import io.r1reward.InvalidInputException;
import io.r1reward.PreferencePair;
import io.r1reward.Preferred;
import io.r1reward.Video;
import io.r1reward.core.machine.FileNames;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads preference pairs from JSON objects: {@code question} (or {@code prompt}), {@code first} (or
 * {@code chosen}), {@code second} (or {@code rejected}), {@code image} or {@code images}, {@code
 * video} with {@code fps}. Other fields are ignored. Thread-safe.
 */
final class InputParser {
  private final Path mediaRoot;

  /**
   * Makes a parser.
   *
   * @param mediaRoot folder that relative picture paths start from
   */
  InputParser(Path mediaRoot) {
    this.mediaRoot = mediaRoot;
  }

  /** Returns the pair of a line, or what is wrong with it. */
  InputLine parse(LineReader.Line line) {
    if (line.problem() != null) {
      return bad(line, NullNode.getInstance(), line.problem());
    }
    JsonNode id = NullNode.getInstance();
    try {
      ObjectNode object = Json.object(line.text());
      id = id(object);
      return new InputLine(line.number(), id, pair(object), label(object), null);
    } catch (IllegalArgumentException | InvalidInputException e) {
      return bad(line, id, String.valueOf(e.getMessage()));
    }
  }

  private static InputLine bad(LineReader.Line line, JsonNode id, String error) {
    return new InputLine(line.number(), id, null, null, error);
  }

  private static JsonNode id(ObjectNode object) {
    JsonNode id = object.path("id");
    if (id.isMissingNode()) {
      return NullNode.getInstance();
    }
    if (id.isContainerNode()) {
      throw new IllegalArgumentException("id must be a string or number, got " + Json.kind(id));
    }
    return id.isTextual() ? object.textNode(text(id, "id")) : id;
  }

  private PreferencePair pair(ObjectNode object) {
    PreferencePair.Builder pair =
        PreferencePair.builder()
            .question(required(object, "question", "prompt"))
            .first(required(object, "first", "chosen"))
            .second(required(object, "second", "rejected"));
    for (String name : new String[] {"image", "images"}) {
      JsonNode images = given(object, name);
      if (images != null) {
        pair.media(images(images, name));
      }
    }
    JsonNode video = given(object, "video");
    if (video != null) {
      if (!video.isArray()) {
        throw new IllegalArgumentException(
            "video must be a list of frame paths, got " + Json.kind(video));
      }
      pair.video(Video.of(images(video, "video"), fps(object)));
    }
    return pair.build();
  }

  /** A label decides nothing here, so one that is not understood is none. */
  private static @Nullable Preferred label(ObjectNode object) {
    if (given(object, "chosen") != null) {
      return Preferred.FIRST;
    }
    return switch (object.path("preferred").asText("").toUpperCase(Locale.ROOT)) {
      case "FIRST", "1" -> Preferred.FIRST;
      case "SECOND", "2" -> Preferred.SECOND;
      default -> null;
    };
  }

  private static String required(ObjectNode object, String name, String alias) {
    JsonNode value = given(object, name);
    if (value != null) {
      return text(value, name);
    }
    value = given(object, alias);
    if (value == null) {
      throw new IllegalArgumentException(name + " (or " + alias + ") is missing");
    }
    return text(value, alias);
  }

  private static double fps(ObjectNode object) {
    JsonNode fps = given(object, "fps");
    if (fps == null) {
      return Video.DEFAULT_FPS;
    }
    if (!fps.isNumber()) {
      throw new IllegalArgumentException("fps must be a number, got " + Json.kind(fps));
    }
    return fps.doubleValue();
  }

  private ImmutableList<Image> images(JsonNode value, String name) {
    if (!value.isArray()) {
      return ImmutableList.of(image(text(value, name)));
    }
    ImmutableList.Builder<Image> images = ImmutableList.builder();
    for (JsonNode element : value) {
      images.add(image(text(element, name)));
    }
    return images.build();
  }

  /** A {@code data:} URI, another URI, or a path below the media root. */
  private Image image(String text) {
    if (text.regionMatches(true, 0, "data:", 0, 5)) {
      return Image.ofDataUri(text);
    }
    return text.contains("://")
        ? Image.of(URI.create(text))
        : Image.of(FileNames.resolve(mediaRoot, text));
  }

  private static @Nullable JsonNode given(ObjectNode object, String name) {
    JsonNode value = object.path(name);
    return value.isMissingNode() || value.isNull() ? null : value;
  }

  private static String text(JsonNode value, String name) {
    if (!value.isTextual()) {
      throw new IllegalArgumentException(name + " must be a string, got " + Json.kind(value));
    }
    if (!Json.isWritable(value.textValue())) {
      throw new IllegalArgumentException(name + " holds half of a surrogate pair");
    }
    return value.textValue();
  }
}
