package io.r1reward.core.protocol;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.r1reward.InvalidInputException;
import io.r1reward.core.json.JsonFault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads a protocol from a JSON file:
 *
 * <pre>{@code
 * {
 *   "name": "my-judge",                              // optional; the file's name
 *   "system": "You compare answers.",                // optional; the chat template's own
 *   "user": ["Question: {question}",                 // a text, or its lines
 *            "Answer 1: {first}",
 *            "Answer 2: {second}"],                  // {media}: optional; media come first
 *   "verdict": {"rule": "pattern",                   // optional; see below
 *               "pattern": "Answer ([12]) is better",
 *               "first": "1", "second": "2"},
 *   "scores": {"first": "Answer 1: (\\d+)",          // optional
 *              "second": "Answer 2: (\\d+)"},
 *   "rating": {"user": "… {question} … {response}",  // optional; for single responses
 *              "pattern": "Final Score: ([0-9.]+)"},
 *   "stop": ["</answer>"],                           // optional
 *   "max_pixels": 1003520,                           // optional
 *   "max_new_tokens": 4096                           // optional
 * }
 * }</pre>
 *
 * <p>Rules of a verdict, each read behind the reasoning ({@code </think>}):
 *
 * <ul>
 *   <li>{@code tag}: one of {@code first} and {@code second} (default 1 and 2) between the last
 *       {@code open} and {@code close} (default {@code <answer>} and {@code </answer>}). Where both
 *       begin alike, as "Answer 1 is better" and "Answer 2 is better" do, what follows decides, and
 *       has the soft score. The default
 *   <li>{@code boxed}: the same within the last {@code \boxed{1}}
 *   <li>{@code pattern}: the same in the first group of the last match of {@code pattern}, a
 *       regular expression of RE2
 *   <li>a {@link VerdictRule} in lower case with hyphens, such as {@code last-after-reasoning}
 * </ul>
 *
 * <p>R1-Reward's own protocol is such a file. Stateless.
 */
public final class ProtocolFile {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final long MAX_BYTES = 1 << 20;

  private static final ImmutableSet<String> KEYS =
      ImmutableSet.of(
          "name",
          "system",
          "user",
          "verdict",
          "scores",
          "rating",
          "stop",
          "max_pixels",
          "max_new_tokens");

  private final String file;

  private ProtocolFile(String file) {
    this.file = file;
  }

  /**
   * Reads a file.
   *
   * @throws InvalidInputException naming the file, the key and what is wrong
   */
  public static TemplateProtocol read(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new InvalidInputException(
            file + ": has " + Files.size(file) + " bytes, a protocol has at most " + MAX_BYTES);
      }
      try (InputStream in = Files.newInputStream(file)) {
        return new ProtocolFile(file.toString()).protocol(in, String.valueOf(file.getFileName()));
      }
    } catch (NoSuchFileException e) {
      throw new InvalidInputException(file + ": there is no such protocol file", e);
    } catch (IOException e) {
      throw new InvalidInputException(file + ": cannot be read: " + e, e);
    }
  }

  /** Reads one of this package. */
  static TemplateProtocol resource(String name) {
    try (InputStream in = ProtocolFile.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the library lacks its file " + name);
      }
      return new ProtocolFile(name).protocol(in, name);
    } catch (IOException e) {
      throw new IllegalStateException("cannot read the library's file " + name, e);
    }
  }

  private TemplateProtocol protocol(InputStream in, String name) throws IOException {
    JsonNode root;
    try {
      root = JSON.readTree(in);
    } catch (com.fasterxml.jackson.core.JacksonException e) {
      throw new InvalidInputException(file + ": is not JSON: " + JsonFault.of(e), e);
    }
    check("the file", root, KEYS);
    if (!root.has("user")) {
      throw wrong("user", "missing, expected the text of the prompt");
    }
    TemplateProtocol.Builder builder = TemplateProtocol.builder();
    try {
      builder.name(root.has("name") ? text(root, "", "name") : name);
      builder.template(text(root, "", "user"));
      if (root.has("system")) {
        builder.systemPrompt(text(root, "", "system"));
      }
      verdict(root.get("verdict"), builder);
      JsonNode scores = root.get("scores");
      if (scores != null) {
        check("scores", scores, ImmutableSet.of("first", "second"));
        builder.scores(text(scores, "scores.", "first"), text(scores, "scores.", "second"));
      }
      JsonNode rating = root.get("rating");
      if (rating != null) {
        check("rating", rating, ImmutableSet.of("user", "pattern"));
        builder.rating(text(rating, "rating.", "user"), text(rating, "rating.", "pattern"));
      }
      if (root.has("stop")) {
        builder.stopStrings(texts(root.get("stop")));
      }
      if (root.has("max_pixels")) {
        builder.maxPixels(number(root, "max_pixels"));
      }
      if (root.has("max_new_tokens")) {
        builder.maxNewTokens(number(root, "max_new_tokens"));
      }
      return builder.build();
    } catch (InvalidInputException e) {
      String message = String.valueOf(e.getMessage());
      throw message.startsWith(file) ? e : new InvalidInputException(file + ": " + message, e);
    }
  }

  private void verdict(@Nullable JsonNode verdict, TemplateProtocol.Builder builder) {
    if (verdict == null) {
      return;
    }
    if (!verdict.isObject()) {
      throw wrong("verdict", verdict + ", expected an object");
    }
    String rule = verdict.has("rule") ? text(verdict, "verdict.", "rule") : "tag";
    switch (rule) {
      case "tag" -> {
        check("verdict", verdict, ImmutableSet.of("rule", "open", "close", "first", "second"));
        if (verdict.has("open") || verdict.has("close")) {
          builder.answerMarkers(
              text(verdict, "verdict.", "open"), text(verdict, "verdict.", "close"));
        }
        answers(verdict, builder);
      }
      case "boxed" -> {
        check("verdict", verdict, ImmutableSet.of("rule", "first", "second"));
        builder.answerMarkers("\\boxed{", "}");
        answers(verdict, builder);
      }
      case "pattern" -> {
        check("verdict", verdict, ImmutableSet.of("rule", "pattern", "first", "second"));
        builder.answerPattern(text(verdict, "verdict.", "pattern"));
        answers(verdict, builder);
      }
      default -> {
        check("verdict", verdict, ImmutableSet.of("rule"));
        builder.verdictRule(named(rule));
      }
    }
  }

  private void answers(JsonNode verdict, TemplateProtocol.Builder builder) {
    if (verdict.has("first") || verdict.has("second")) {
      builder.answers(text(verdict, "verdict.", "first"), text(verdict, "verdict.", "second"));
    }
  }

  private VerdictRule named(String rule) {
    for (VerdictRule each : VerdictRule.values()) {
      if (each.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(rule)) {
        return each;
      }
    }
    throw wrong(
        "verdict.rule",
        "\""
            + rule
            + "\", expected tag, boxed, pattern or one of "
            + Arrays.toString(VerdictRule.values()).toLowerCase(Locale.ROOT).replace('_', '-'));
  }

  private void check(String where, JsonNode node, ImmutableSet<String> known) {
    if (!node.isObject()) {
      throw new InvalidInputException(file + ": " + where + " must be a JSON object");
    }
    for (String key : (Iterable<String>) node::fieldNames) {
      if (!known.contains(key)) {
        throw new InvalidInputException(
            file + ": " + where + " has no setting \"" + key + "\", it has " + known);
      }
    }
  }

  /** A text, or its lines. */
  private String text(JsonNode parent, String prefix, String key) {
    JsonNode value = parent.path(key);
    if (value.isTextual()) {
      return value.textValue();
    }
    if (value.isArray() && !value.isEmpty()) {
      return String.join("\n", texts(value));
    }
    throw wrong(
        prefix + key, (value.isMissingNode() ? "missing" : value.toString()) + ", expected a text");
  }

  private ImmutableList<String> texts(JsonNode values) {
    ImmutableList.Builder<String> texts = ImmutableList.builder();
    if (!values.isArray()) {
      throw wrong("stop", values + ", expected a list of texts");
    }
    for (JsonNode value : values) {
      if (!value.isTextual()) {
        throw new InvalidInputException(file + ": " + value + " stands where a text is expected");
      }
      texts.add(value.textValue());
    }
    return texts.build();
  }

  private int number(JsonNode root, String key) {
    JsonNode value = root.path(key);
    if (!value.isNumber() || !value.canConvertToExactIntegral() || !value.canConvertToInt()) {
      throw wrong(key, value + ", expected a whole number below 2^31");
    }
    return value.intValue();
  }

  private InvalidInputException wrong(String key, String problem) {
    return new InvalidInputException(file + ": " + key + " is " + problem);
  }
}
