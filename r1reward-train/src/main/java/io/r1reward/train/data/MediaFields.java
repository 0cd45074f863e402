package io.r1reward.train.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableList;
import io.r1reward.Image;
import io.r1reward.InvalidInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/** The fields of a line that name its pictures and videos. Stateless. */
final class MediaFields {
  private static final ImmutableList<String> PICTURES =
      ImmutableList.of(
          "image_path",
          "image_paths",
          "image_url",
          "image_urls",
          "img",
          "imgs",
          "picture",
          "pictures");
  private static final ImmutableList<String> VIDEOS = ImmutableList.of("video", "videos");

  /** Every field that is read here. */
  static final ImmutableList<String> NAMES =
      ImmutableList.<String>builder()
          .add("image", "images")
          .addAll(PICTURES)
          .addAll(VIDEOS)
          .add("media", "fps")
          .build();

  /** The items that one spelling gives. */
  record Found(String name, List<MediaItem> items) {
    static final Found NOTHING = new Found("", List.of());
  }

  private MediaFields() {}

  /** Returns what the fields of a line give; several spellings must agree. */
  static Found read(JsonNode line, MediaValues values) {
    Found pictures = both(line, values);
    for (String name : PICTURES) {
      pictures = agreed(pictures, found(line, name, values::images));
    }
    Found videos = Found.NOTHING;
    for (String name : VIDEOS) {
      videos = agreed(videos, found(line, name, values::videos));
    }
    return agreed(joined(pictures, videos), found(line, "media", values::mixed));
  }

  /** Returns what two spellings give: one of them, or both the same. */
  static Found agreed(Found one, Found other) {
    if (one.items.isEmpty() || other.items.isEmpty()) {
      return one.items.isEmpty() ? other : one;
    }
    if (!MediaItem.keys(one.items).equals(MediaItem.keys(other.items))) {
      throw new InvalidInputException(
          "%s and %s name different media: %s and %s; give one of the fields"
              .formatted(
                  one.name, other.name, MediaItem.shown(one.items), MediaItem.shown(other.items)));
    }
    return one;
  }

  /**
   * Returns the media of the chat and of the fields together.
   *
   * @param holes how many pictures the chat names a place for and no file
   */
  static List<MediaItem> filled(Found chat, int holes, Found fields) {
    long pictures =
        fields.items.stream().map(MediaItem::media).filter(Image.class::isInstance).count();
    if (holes > 0 && (!chat.items.isEmpty() || pictures != holes)) {
      throw new InvalidInputException(
          "%s has %d image parts without a picture, and the fields of the line name %d pictures"
              .formatted(chat.name, holes, pictures));
    }
    return agreed(chat, fields).items;
  }

  /** {@code image} and {@code images} may stand beside each other, and are one list then. */
  private static Found both(JsonNode line, MediaValues values) {
    Found one = found(line, "image", values::images);
    Found more = found(line, "images", values::images);
    return MediaItem.keys(one.items).equals(MediaItem.keys(more.items)) ? one : joined(one, more);
  }

  private static Found joined(Found one, Found more) {
    if (one.items.isEmpty() || more.items.isEmpty()) {
      return one.items.isEmpty() ? more : one;
    }
    List<MediaItem> items = new ArrayList<>(one.items);
    items.addAll(more.items);
    return new Found(one.name + " with " + more.name, items);
  }

  private static Found found(
      JsonNode line, String name, BiFunction<JsonNode, String, List<MediaItem>> reader) {
    JsonNode value = PairJson.given(line, name);
    boolean none = value == null || (!VIDEOS.contains(name) && value.isArray() && value.isEmpty());
    return value == null || none ? Found.NOTHING : new Found(name, reader.apply(value, name));
  }
}
