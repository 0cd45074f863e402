package io.r1reward.train.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import io.r1reward.InvalidInputException;
import java.util.OptionalDouble;

/**
 * Evaluated pairs as JSON, one to a line: {@code {"id", "category", "chosen_characters",
 * "rejected_characters", "trials": [{"chosen_at": 1 | 2, "judgements": [{"verdict": 1 | 2 | null,
 * "soft", "tokens", "cut", "text"}]}]}} or {@code {"id", "category", "error"}}. A verdict is the
 * place of the response that was preferred; {@code soft} is the chosen response's probability.
 * Stateless.
 */
public final class EvaluatedPairJson {
  private static final JsonMapper JSON = new JsonMapper();

  private EvaluatedPairJson() {}

  /** Returns a pair as one line, without line break. */
  public static String write(EvaluatedPair pair) {
    ObjectNode line = JSON.createObjectNode().put("id", pair.id()).put("category", pair.category());
    if (pair.error() != null) {
      return line.put("error", pair.error()).toString();
    }
    line.put("chosen_characters", pair.chosenCharacters());
    line.put("rejected_characters", pair.rejectedCharacters());
    ArrayNode trials = line.putArray("trials");
    for (Trial trial : pair.trials()) {
      ArrayNode judgements =
          trials.addObject().put("chosen_at", trial.chosenAt()).putArray("judgements");
      trial.votes().forEach(vote -> write(vote, trial.chosenAt(), judgements.addObject()));
    }
    return line.toString();
  }

  private static void write(Vote vote, int chosenAt, ObjectNode node) {
    switch (vote.verdict()) {
      case RIGHT -> node.put("verdict", chosenAt);
      case WRONG -> node.put("verdict", 3 - chosenAt);
      case UNDECIDED -> node.putNull("verdict");
    }
    vote.soft().ifPresent(soft -> node.put("soft", soft));
    node.put("tokens", vote.tokens()).put("cut", vote.cut());
    if (vote.text() != null) {
      node.put("text", vote.text());
    }
  }

  /**
   * Reads a line that {@link #write} made.
   *
   * @throws InvalidInputException if it is another, naming what is wrong
   */
  public static EvaluatedPair read(String line) {
    try {
      JsonNode node = JSON.readTree(line);
      String id = node.required("id").textValue();
      String category = node.required("category").textValue();
      if (node.has("error")) {
        return EvaluatedPair.failed(id, category, node.get("error").asText());
      }
      ImmutableList.Builder<Trial> trials = ImmutableList.builder();
      for (JsonNode trial : node.required("trials")) {
        int chosenAt = trial.required("chosen_at").intValue();
        ImmutableList.Builder<Vote> votes = ImmutableList.builder();
        for (JsonNode judgement : trial.required("judgements")) {
          votes.add(vote(judgement, chosenAt));
        }
        trials.add(new Trial(chosenAt, votes.build()));
      }
      return new EvaluatedPair(
          id,
          category,
          node.required("chosen_characters").intValue(),
          node.required("rejected_characters").intValue(),
          trials.build(),
          null);
    } catch (com.fasterxml.jackson.core.JsonProcessingException | IllegalArgumentException e) {
      throw new InvalidInputException("is no evaluated pair: " + e.getMessage(), e);
    }
  }

  private static Vote vote(JsonNode node, int chosenAt) {
    JsonNode verdict = node.required("verdict");
    return new Vote(
        verdict.isNull()
            ? Verdict.UNDECIDED
            : verdict.intValue() == chosenAt ? Verdict.RIGHT : Verdict.WRONG,
        node.has("soft")
            ? OptionalDouble.of(node.get("soft").doubleValue())
            : OptionalDouble.empty(),
        node.required("tokens").intValue(),
        node.required("cut").booleanValue(),
        node.has("text") ? node.get("text").textValue() : null);
  }
}
