package io.r1reward.train.reward;

import static java.util.Objects.requireNonNull;

import io.r1reward.InvalidInputException;
import java.math.BigDecimal;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * What a second judge is asked about a judgement, and how a number is read from its reply.
 * Immutable.
 *
 * <p>In the template {@code {question}}, {@code {first}}, {@code {second}} and {@code {judgement}}
 * stand for the pair's texts and the whole completion; other braces are text.
 *
 * @param template of the question; names {@code {judgement}} at least
 * @param pattern regular expression whose one group is the number; its last match in a reply counts
 * @param low number that is worth 0
 * @param high number that is worth 1, above {@code low}
 * @param unreadable reward where a reply has no number within [low, high], finite
 */
public record Rubric(String template, String pattern, double low, double high, double unreadable) {
  private static final Pattern PLACE = Pattern.compile("\\{(question|first|second|judgement)}");

  /** Checks the values. */
  public Rubric {
    requireNonNull(template, "template");
    requireNonNull(pattern, "pattern");
    if (!template.contains("{judgement}")) {
      throw new InvalidInputException(
          "template of a rubric must contain {judgement}, got \"" + template + "\"");
    }
    int groups = groups(pattern);
    if (groups != 1) {
      throw new InvalidInputException(
          "pattern of a rubric must have exactly 1 group, \"" + pattern + "\" has " + groups);
    }
    if (!(low < high) || !Double.isFinite(high - low)) {
      throw new InvalidInputException(
          "range of a rubric must be finite and ordered, got [" + low + ", " + high + "]");
    }
    if (!Double.isFinite(unreadable)) {
      throw new InvalidInputException(
          "reward of an unreadable reply must be finite, got " + unreadable);
    }
  }

  private static int groups(String pattern) {
    try {
      return Pattern.compile(pattern).matcher("").groupCount();
    } catch (PatternSyntaxException e) {
      throw new InvalidInputException(
          "pattern of a rubric must be a regular expression, got \""
              + pattern
              + "\": "
              + e.getDescription(),
          e);
    }
  }

  /** Returns the question about a judgement. */
  public String ask(RewardInput input) {
    Map<String, String> texts =
        Map.of(
            "question", input.sample().pair().question(),
            "first", input.sample().pair().first(),
            "second", input.sample().pair().second(),
            "judgement", input.completion());
    return PLACE
        .matcher(template)
        .replaceAll(place -> Matcher.quoteReplacement(String.valueOf(texts.get(place.group(1)))));
  }

  /** Reads a reply: its number scaled to [0, 1]; empty where there is none, or one out of range. */
  public OptionalDouble read(String reply) {
    Matcher matcher = Pattern.compile(pattern).matcher(reply);
    @Nullable String last = null;
    while (matcher.find()) {
      last = matcher.group(1);
    }
    if (last == null) {
      return OptionalDouble.empty();
    }
    try {
      double number = new BigDecimal(last.strip()).doubleValue();
      return number >= low && number <= high
          ? OptionalDouble.of((number - low) / (high - low))
          : OptionalDouble.empty();
    } catch (NumberFormatException e) {
      return OptionalDouble.empty();
    }
  }
}
