package io.r1reward.core.protocol;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.r1reward.InvalidInputException;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression of a user, on text of a model: matched in linear time, whatever the two are
 * (RE2, which has neither look-around nor back-references). Immutable and thread-safe.
 */
final class SafePattern {
  private final Pattern pattern;

  private SafePattern(Pattern pattern) {
    this.pattern = pattern;
  }

  /**
   * Compiles.
   *
   * @param name of the setting, for messages
   * @throws InvalidInputException if the expression is malformed, or has no group
   */
  static SafePattern of(String name, String expression) {
    Pattern pattern;
    try {
      pattern = Pattern.compile(expression);
    } catch (PatternSyntaxException e) {
      throw new InvalidInputException(
          name
              + " is no regular expression of RE2: "
              + e.getDescription()
              + " in \""
              + expression
              + "\"",
          e);
    }
    if (pattern.groupCount() < 1) {
      throw new InvalidInputException(
          name + " needs a group ( ) around what is read, got \"" + expression + "\"");
    }
    return new SafePattern(pattern);
  }

  /** Returns the last match whose first group took part, or null where there is none. */
  @Nullable Matcher last(String text, int from) {
    Matcher matcher = pattern.matcher(text);
    int at = -1;
    for (boolean found = matcher.find(from); found; found = matcher.find()) {
      if (matcher.start(1) >= 0) {
        at = matcher.start();
      }
    }
    return at >= 0 && matcher.find(at) ? matcher : null;
  }

  /** Returns the number that the last match's first group is; empty where it is none. */
  OptionalDouble lastNumber(String text) {
    Matcher matcher = last(text, 0);
    if (matcher == null) {
      return OptionalDouble.empty();
    }
    try {
      double value = Double.parseDouble(matcher.group(1).strip());
      return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
    } catch (NumberFormatException e) {
      return OptionalDouble.empty();
    }
  }

  @Override
  public String toString() {
    return pattern.toString();
  }
}
