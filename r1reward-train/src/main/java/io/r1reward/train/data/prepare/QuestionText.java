package io.r1reward.train.data.prepare;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Questions that are the same but for case, white space and punctuation. Symbols, such as {@code +}
 * and {@code <}, count; places of pictures, such as {@code <image>}, do not. Stateless.
 */
public final class QuestionText {
  private static final Pattern PLACES = Pattern.compile("(?i)<(image|video)>");
  private static final Pattern FOLDED = Pattern.compile("[\\p{P}\\p{Z}\\p{C}\\s]+");

  private QuestionText() {}

  /** Returns the folded question; one of nothing but punctuation stays what it is. */
  public static String folded(String question) {
    String plain =
        Normalizer.normalize(PLACES.matcher(question).replaceAll(" "), Normalizer.Form.NFKC)
            .toLowerCase(Locale.ROOT);
    String folded = FOLDED.matcher(plain).replaceAll(" ").strip();
    return folded.isEmpty() ? question.strip() : folded;
  }
}
