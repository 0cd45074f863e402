package io.r1reward.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Tells pairs about the same media from others by what their lines say of them. Pairs with one key
 * go to one partition, one behind the other, so that their picture is encoded and the question's
 * beginning is read once. Stateless.
 */
final class PictureKey {
  private static final JsonMapper JSON = new JsonMapper();

  private PictureKey() {}

  /** Returns 16 hex digits of a hash over every field that is no text of the pair. */
  static String of(String line) {
    Hasher hash = Hashing.murmur3_128().newHasher();
    try {
      for (Map.Entry<String, JsonNode> field : JSON.readTree(line).properties()) {
        if (isMedia(field.getKey())) {
          hash.putString(field.getValue().toString(), StandardCharsets.UTF_8);
        }
      }
    } catch (JsonProcessingException e) {
      return "broken"; // its error is written where it is judged
    }
    return hash.hash().toString().substring(0, 16);
  }

  private static boolean isMedia(String field) {
    return field.startsWith("image")
        || field.startsWith("img")
        || field.startsWith("picture")
        || field.startsWith("video")
        || field.equals("media")
        || field.equals("messages"); // a chat with its pictures
  }
}
