package io.r1reward.train.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import com.google.common.collect.ImmutableList;
import io.r1reward.Image;
import io.r1reward.InvalidInputException;
import io.r1reward.Video;
import io.r1reward.spi.VideoReaders;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Turns the JSON values that name pictures and videos into them. Immutable.
 *
 * @param paths where pictures lie
 * @param fps frames a second of a video that does not tell its own; wanted of a file
 */
record MediaValues(MediaPaths paths, double fps) {
  private static final ImmutableList<String> PLACES =
      ImmutableList.of("path", "url", "image", "image_url", "source", "image_path");
  private static final ImmutableList<String> BYTES = ImmutableList.of("bytes", "data");
  private static final ImmutableList<String> FRAMES = ImmutableList.of("frames", "video");
  private static final Pattern FILM =
      Pattern.compile("(?is)(?!data:).*\\.(mp4|avi|mov|mkv|webm|m4v)");
  private static final Pattern PICTURE_BASE64 =
      Pattern.compile("(/9j/|iVBORw0KGgo|R0lGOD|UklGR)[^.]*");
  private static final Pattern LONG_BASE64 = Pattern.compile("[A-Za-z0-9+/\\s]{256,}+=*\\s*");

  static MediaValues of(JsonNode line, MediaPaths paths) {
    return new MediaValues(paths, fps(line, Video.DEFAULT_FPS));
  }

  /** One picture, or a list of them. */
  List<MediaItem> images(JsonNode value, String field) {
    if (!value.isArray()) {
      return List.of(image(value, field));
    }
    List<MediaItem> images = new ArrayList<>();
    value.forEach(one -> images.add(image(one, field)));
    return images;
  }

  /** A path, a URI, bytes, or an object that holds one of them. */
  MediaItem image(JsonNode value, String field) {
    if (value.isTextual()) {
      return image(value.textValue(), field);
    }
    if (value.isBinary()) {
      return encoded(value, field);
    }
    String bytes = value.isObject() ? PairJson.firstGiven(value, BYTES) : null;
    String place = value.isObject() ? PairJson.firstGiven(value, PLACES) : null;
    if (bytes != null) {
      MediaItem item = encoded(value.get(bytes), field + "." + bytes);
      return place == null ? item : new MediaItem(item.media(), value.get(place).asText());
    }
    if (place != null) {
      return image(value.get(place), field + "." + place);
    }
    throw new InvalidInputException(
        field
            + " must be a string (path or URI) or hold \"path\", \"url\" or \"bytes\", got "
            + PairJson.shown(value));
  }

  /** Bytes, as formats other than JSON have them, or base64 of them. */
  private static MediaItem encoded(JsonNode value, String field) {
    String base64 = value.isBinary() ? value.asText() : PairJson.text(value, field);
    return new MediaItem(
        located(
            field,
            () ->
                value instanceof BinaryNode bytes
                    ? Image.of(bytes.binaryValue())
                    : Image.ofDataUri("data:;base64," + base64)),
        base64);
  }

  private MediaItem image(String text, String field) {
    if (PICTURE_BASE64.matcher(text).matches() || LONG_BASE64.matcher(text).matches()) {
      throw new InvalidInputException(
          field
              + " holds "
              + text.length()
              + " characters of base64 where a path or URI is expected:"
              + " put data:image/png;base64, before it");
    }
    return new MediaItem(located(field, () -> paths.image(text)), text);
  }

  /** The frames of one video, or a list of such lists. */
  List<MediaItem> videos(JsonNode value, String field) {
    if (!value.isArray() || value.isEmpty() || !isVideo(value.get(0))) {
      return List.of(video(value, field, fps));
    }
    List<MediaItem> videos = new ArrayList<>();
    value.forEach(one -> videos.add(video(one, field, fps)));
    return videos;
  }

  /** Pictures and videos in any order: a list or an object with frames is a video. */
  List<MediaItem> mixed(JsonNode value, String field) {
    List<MediaItem> items = new ArrayList<>();
    for (JsonNode one : value.isArray() ? value : List.of(value)) {
      items.add(isVideo(one) ? video(one, field, fps) : image(one, field));
    }
    return items;
  }

  private static boolean isVideo(JsonNode value) {
    return value.isArray()
        || isFilm(value)
        || (value.isObject() && PairJson.firstGiven(value, FRAMES) != null);
  }

  private static boolean isFilm(JsonNode value) {
    return value.isTextual() && FILM.matcher(value.textValue()).matches();
  }

  private MediaItem video(JsonNode value, String field, double rate) {
    String frames = value.isObject() ? PairJson.firstGiven(value, FRAMES) : null;
    if (frames != null) {
      return video(value.get(frames), field + "." + frames, fps(value, rate));
    }
    if (isFilm(value)) {
      String text = value.textValue();
      return new MediaItem(
          located(field, () -> VideoReaders.read(paths.file(text), OptionalDouble.of(rate))), text);
    }
    List<MediaItem> items = images(value, field);
    List<Image> images = items.stream().map(item -> (Image) item.media()).toList();
    return new MediaItem(
        located(field, () -> Video.of(images, rate)), MediaItem.keys(items).toString());
  }

  private static double fps(JsonNode object, double otherwise) {
    JsonNode fps = PairJson.given(object, "fps");
    if (fps == null) {
      return otherwise;
    }
    Double number = parsed(fps);
    if (number == null) {
      throw new InvalidInputException("fps must be a number, got " + PairJson.shown(fps));
    }
    return number;
  }

  private static @Nullable Double parsed(JsonNode fps) {
    try {
      return fps.isTextual() || fps.isNumber() ? Double.valueOf(fps.asText()) : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static <T> T located(String field, Supplier<T> made) {
    try {
      return made.get();
    } catch (IllegalArgumentException | InvalidInputException e) {
      throw new InvalidInputException(field + ": " + e.getMessage(), e);
    }
  }
}
