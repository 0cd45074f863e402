package io.r1reward.train.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.r1reward.InvalidInputException;
import java.util.Map;

/**
 * Lines as the benchmarks' authors publish them, in the fields of a pair. VL-RewardBench: {@code
 * {"query", "response": [a, b], "human_ranking": [rank of a, rank of b]}}, the lower rank being the
 * better. Multimodal RewardBench: {@code {"ID", "Text", "Image", "Output1", "Output2", "Better":
 * "Output1" | "Output2"}}. Any other line stays as it is. Stateless.
 */
final class AuthorsSpelling {
  private static final Map<String, String> MULTIMODAL =
      Map.of("Text", "question", "Image", "image", "Output1", "first", "Output2", "second");

  private AuthorsSpelling() {}

  static JsonNode read(JsonNode line) {
    if (line.has("response") && line.get("response").isArray()) {
      return ranked(line);
    }
    return line.has("Output1") && line.has("Output2") ? better(line) : line;
  }

  private static JsonNode ranked(JsonNode line) {
    JsonNode responses = line.get("response");
    JsonNode ranks = line.has("human_ranking") ? line.get("human_ranking") : line.get("ranking");
    if (responses.size() != 2 || ranks == null || ranks.size() != 2) {
      throw new InvalidInputException(
          "fields \"response\" and \"human_ranking\" must have two entries each, got %d and %s"
              .formatted(responses.size(), ranks == null ? "nothing" : ranks.size()));
    }
    int sign = Double.compare(ranks.get(0).asDouble(), ranks.get(1).asDouble());
    if (sign == 0) {
      throw new InvalidInputException(
          "field \"human_ranking\" must rank one response higher, got " + ranks);
    }
    ObjectNode usual = line.deepCopy();
    usual.remove("response");
    usual.remove("ranking");
    usual.remove("human_ranking");
    usual.set("first", responses.get(0));
    usual.set("second", responses.get(1));
    return usual.put("preferred", sign < 0 ? "FIRST" : "SECOND");
  }

  private static JsonNode better(JsonNode line) {
    String label =
        switch (line.path("Better").asText()) {
          case "Output1" -> "FIRST";
          case "Output2" -> "SECOND";
          default ->
              throw new InvalidInputException(
                  "field \"Better\" must be Output1 or Output2, got " + line.get("Better"));
        };
    ObjectNode usual = line.deepCopy();
    MULTIMODAL.forEach(
        (theirs, ours) -> {
          JsonNode value = usual.remove(theirs);
          if (value != null) {
            usual.set(ours, value);
          }
        });
    usual.remove("Better");
    return usual.put("preferred", label);
  }
}
