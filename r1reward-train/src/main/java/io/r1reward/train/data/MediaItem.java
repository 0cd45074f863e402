package io.r1reward.train.data;

import io.r1reward.Media;
import java.util.List;

/**
 * A picture or video of a line.
 *
 * @param media the picture or video
 * @param key where it lies, as the line writes it: the same for the same picture in two spellings
 */
record MediaItem(Media media, String key) {

  static List<String> keys(List<MediaItem> items) {
    return items.stream().map(MediaItem::key).toList();
  }

  static String shown(List<MediaItem> items) {
    return PairJson.cut(String.join(", ", keys(items)));
  }
}
