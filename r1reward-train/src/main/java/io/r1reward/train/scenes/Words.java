package io.r1reward.train.scenes;

import java.util.List;
import java.util.Random;

/** Small words. */
final class Words {
  private static final String[] NUMBERS = {
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"
  };

  private Words() {}

  static String number(int n) {
    return NUMBERS[n];
  }

  static String plural(String noun, int n) {
    return n == 1 ? noun : noun + "s";
  }

  static String article(String phrase) {
    return ("aeiou".indexOf(phrase.charAt(0)) >= 0 ? "an " : "a ") + phrase;
  }

  static <T> T pick(Random random, List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  @SafeVarargs
  static <T> T pick(Random random, T... from) {
    return from[random.nextInt(from.length)];
  }
}
