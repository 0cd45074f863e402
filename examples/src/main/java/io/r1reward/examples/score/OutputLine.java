package io.r1reward.examples.score;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.r1reward.Judgement;
import io.r1reward.PreferenceScore;
import io.r1reward.ResponseScores;
import io.r1reward.ScoreStatus;
import java.util.Locale;
import java.util.OptionalDouble;

/** The JSON of a line of the output. */
final class OutputLine {

  private OutputLine() {}

  /**
   * A score. Only judgements that count are written: how far the others came depends on timing.
   *
   * @param id the pair's
   * @param tokens whether the generated token ids are written too
   */
  static ObjectNode score(JsonNode id, Cascade.Verdict verdict, boolean tokens) {
    PreferenceScore score = verdict.score();
    ObjectNode line = Json.object();
    line.set("id", id);
    if (verdict.tier() > 0) {
      line.put("tier", verdict.tier());
      put(line, "margin", verdict.margin());
    }
    if (score.status() != ScoreStatus.COMPLETE) {
      line.put("status", score.status().name());
    }
    line.put("preferred", score.preferred().name());
    line.put("first", score.first());
    line.put("second", score.second());
    put(line, "soft_first", score.softFirst());
    score.scores().ifPresent(scores -> put(line, scores));
    line.put("prompt_tokens", score.promptTokens());
    ArrayNode judgements = line.putArray("judgements");
    for (Judgement judgement : score.judgements()) {
      if (judgement.counted()) {
        judgements.add(judgement(judgement, tokens));
      }
    }
    return line;
  }

  /** What went wrong with a line of the input. */
  static ObjectNode error(InputLine input, String message) {
    ObjectNode line = Json.object();
    line.put("line", input.number());
    line.set("id", input.id());
    // a message may quote the input; what cannot be written becomes a question mark
    line.put("error", new String(message.getBytes(UTF_8), UTF_8));
    return line;
  }

  private static ObjectNode judgement(Judgement judgement, boolean tokens) {
    ObjectNode node = Json.object();
    node.put("preferred", judgement.preferred().name());
    node.put("order", judgement.order().name().toLowerCase(Locale.ROOT));
    node.put("text", judgement.text());
    node.put("log_probability", judgement.logProbability());
    node.put("finish_reason", judgement.finishReason().name().toLowerCase(Locale.ROOT));
    judgement.scores().ifPresent(scores -> put(node, scores));
    if (tokens) {
      judgement.tokens().forEach(node.putArray("tokens")::add);
    }
    return node;
  }

  private static void put(ObjectNode node, ResponseScores scores) {
    node.putObject("scores").put("first", scores.first()).put("second", scores.second());
  }

  private static void put(ObjectNode node, String name, OptionalDouble value) {
    if (value.isPresent()) {
      node.put(name, value.getAsDouble());
    } else {
      node.putNull(name);
    }
  }
}
