package io.r1reward.train.data.layout;

import java.util.regex.Pattern;

/** Marks in prompts where a picture goes; ours stand before the question. Stateless. */
final class Placeholders {
  private static final Pattern AT_AN_END =
      Pattern.compile("\\A(\\s*<(image|video)>)+\\s*|(\\s*<(image|video)>)+\\s*\\z");
  private static final Pattern INSIDE = Pattern.compile("[ \\t]*<(image|video)>");

  private Placeholders() {}

  static String removed(String text) {
    String inner = AT_AN_END.matcher(text).replaceAll("");
    return INSIDE.matcher(inner).replaceAll("");
  }
}
