package io.r1reward.train.model;

import io.r1reward.CheckpointException;
import java.math.BigInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression of somebody else's file, on names of layers. Such expressions look ahead
 * ({@code (?!visual)}), which RE2 cannot, so this is a backtracking one whose work is limited: its
 * length, its depth, its counted repetitions and the characters it looks at. Thread-safe.
 */
final class NamePattern {
  private static final int LONGEST = 4096;
  private static final int DEEPEST = 100;
  private static final int MOST_REPETITIONS = 100_000;
  private static final int MOST_STEPS = 10_000_000;

  private static final Pattern COUNTED = Pattern.compile("\\{(\\d+)(?:,\\d*)?}");

  private final String where;
  private final Pattern pattern;

  private NamePattern(String where, Pattern pattern) {
    this.where = where;
    this.pattern = pattern;
  }

  /**
   * Compiles.
   *
   * @param where file and setting, for messages
   * @throws CheckpointException if the expression is malformed, or beyond a limit
   */
  static NamePattern of(String where, String expression) {
    atMost(where, "characters", expression.length(), LONGEST);
    atMost(where, "parentheses within each other", depth(expression), DEEPEST);
    BigInteger repetitions = BigInteger.ONE;
    for (Matcher counted = COUNTED.matcher(expression); counted.find(); ) {
      repetitions = repetitions.multiply(new BigInteger(counted.group(1)).max(BigInteger.ONE));
    }
    if (repetitions.compareTo(BigInteger.valueOf(MOST_REPETITIONS)) > 0) {
      throw new CheckpointException(
          where + " repeats up to " + repetitions + " times, more than " + MOST_REPETITIONS);
    }
    try {
      return new NamePattern(where, Pattern.compile(expression));
    } catch (PatternSyntaxException e) {
      throw new CheckpointException(
          where + " is no regular expression: " + e.getDescription() + " in " + expression, e);
    }
  }

  /** Says whether the whole name matches. */
  boolean matches(String name) {
    return pattern.matcher(new Counted(name, where)).matches();
  }

  private static int depth(String expression) {
    int deepest = 0;
    int depth = 0;
    for (int i = 0; i < expression.length(); i++) {
      char c = expression.charAt(i);
      depth += c == '(' || c == '[' ? 1 : c == ')' || c == ']' ? -1 : 0;
      deepest = Math.max(deepest, depth);
    }
    return deepest;
  }

  private static void atMost(String where, String what, int found, int limit) {
    if (found > limit) {
      throw new CheckpointException(where + " has " + found + " " + what + ", more than " + limit);
    }
  }

  /** A name that counts how often it is looked at. */
  private static final class Counted implements CharSequence {
    private final String name;
    private final String where;
    private int steps;

    Counted(String name, String where) {
      this.name = name;
      this.where = where;
    }

    @Override
    public char charAt(int index) {
      if (++steps > MOST_STEPS) {
        throw new CheckpointException(
            where + " takes more than " + MOST_STEPS + " steps on " + name);
      }
      return name.charAt(index);
    }

    @Override
    public int length() {
      return name.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return name.substring(start, end);
    }

    @Override
    public String toString() {
      return name;
    }
  }
}
