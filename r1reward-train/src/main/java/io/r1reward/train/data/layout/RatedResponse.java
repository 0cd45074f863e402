package io.r1reward.train.data.layout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import io.r1reward.train.data.PairJson;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A completion of VLFeedback. Immutable.
 *
 * @param model who wrote it, null where that is not told
 * @param text what was written
 * @param sum of its ratings, one for each aspect
 */
record RatedResponse(@Nullable String model, String text, BigDecimal sum) {
  private static final ImmutableList<String> ASPECTS =
      ImmutableList.of("Helpfulness", "Ethical Considerations", "Visual Faithfulness");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,3}(\\.\\d{1,6})?");

  /**
   * Reads the completions that have a rating for every aspect, in their order.
   *
   * @param completions a list of structs, or a struct of lists as Parquet files hold it
   */
  static List<RatedResponse> read(JsonNode completions) {
    int count = count(completions);
    List<RatedResponse> rated = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      JsonNode one = at(completions, i);
      BigDecimal sum = sum(one.path("annotations"));
      if (sum != null) {
        rated.add(
            new RatedResponse(Fields.textOrNull(one, "model"), Fields.text(one, "response"), sum));
      }
    }
    return rated;
  }

  /** Returns the mean of the ratings, to two digits behind the point. */
  String mean() {
    return sum.divide(BigDecimal.valueOf(ASPECTS.size()), 2, RoundingMode.HALF_UP).toPlainString();
  }

  private static int count(JsonNode completions) {
    if (completions.isArray()) {
      return completions.size();
    }
    JsonNode responses = completions.path("response");
    if (!responses.isArray()) {
      throw Fields.wrong("completions", "a list of structs or a struct of lists", completions);
    }
    for (String name : List.of("model", "annotations")) {
      JsonNode list = completions.path(name);
      if (list.isArray() && list.size() != responses.size()) {
        throw new DroppedRecordException(
            DropReason.WRONG_FIELD,
            "completions has %d of response and %d of %s"
                .formatted(responses.size(), list.size(), name));
      }
    }
    return responses.size();
  }

  /** Returns an element, taken out of the lists where it is a struct of lists. */
  private static JsonNode at(JsonNode value, int index) {
    if (value.isArray()) {
      return value.path(index);
    }
    ObjectNode element = JsonNodeFactory.instance.objectNode();
    value.properties().forEach(field -> element.set(field.getKey(), at(field.getValue(), index)));
    return element;
  }

  /** Returns the sum of all aspects, null where one has no number. */
  private static @Nullable BigDecimal sum(JsonNode annotations) {
    BigDecimal sum = BigDecimal.ZERO;
    for (String aspect : ASPECTS) {
      JsonNode rating = PairJson.given(annotations.path(aspect), "Rating");
      String text = rating == null ? "" : rating.asText().strip();
      if (!NUMBER.matcher(text).matches()) {
        return null;
      }
      sum = sum.add(new BigDecimal(text));
    }
    return sum;
  }
}
