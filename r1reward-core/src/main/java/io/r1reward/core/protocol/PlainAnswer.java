package io.r1reward.core.protocol;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds a response's number where a text names it and nothing else: on its own, or in a sentence
 * that says which response is better. Digits that merely occur mean nothing.
 *
 * <p>A sentence decides as "the answer is 1", "the better response is 1", "Response 1 is better"
 * and "I choose Response 1" do, and their likes. It does not where it doubts, denies or quotes that
 * first, or names the other number as well. The last such sentence of a text counts, unless what
 * follows takes it back ("both", "wait", "not 1").
 */
final class PlainAnswer {
  /** A verdict stands at the end: what is before these last characters is not searched. */
  private static final int WINDOW = 2000;

  private static final int FLAGS = Pattern.CASE_INSENSITIVE;
  private static final String NOUN =
      "(?:(?:response|answer|option|choice|candidate|assistant|reply)\\s{0,4}[#:]?\\s{0,4})";
  private static final String MARKS = "[\\s*_`\"'\\[({$]{0,8}";
  private static final String END_MARKS = "[\\s*_`\"'\\])}$.!]{0,12}";
  private static final String BOX = "(?:\\\\boxed\\{|\\\\text\\{){0,2}";

  /** A 1 or 2 that is no part of a number or word, and not the first of several. */
  private static final String DIGIT =
      "(?<![\\w.,/+-])([12])(?![\\w/%^]|[.,:]\\d|-\\w)"
          + "(?!\\W{0,8}(?:or|and|nor|to|vs|versus)?\\W{1,8}(?:response\\s+)?[12]\\b)";

  private static final String END =
      "(?=[*_`\"')\\]}$]{0,6}(?:\\s*$|[.!;,]|\\s*\\(|\\s+(?:because|since|as|due|over|overall)\\b))";
  private static final String BETTER = "(?:better|best|preferred|preferable|superior|stronger)";

  private static final Pattern ALONE =
      Pattern.compile(
          MARKS + BOX + NOUN + "?" + MARKS + BOX + "#?([12\uff11\uff12])" + END_MARKS, FLAGS);

  private static final Pattern STATEMENT =
      Pattern.compile(
          // the answer is 1
          "^\\W{0,8}(?:(?:so|therefore|thus|hence|overall|finally|in conclusion|in summary|my|the"
              + "|final)\\W{1,4}){0,4}(?:answer|verdict|choice|decision|judge?ment|winner|preference)"
              + "[*_\\s]{0,6}(?:is|:|=)[:\\s]{0,4}"
              + (MARKS + BOX + NOUN + "?" + MARKS + DIGIT + END)
              // the better response is 1
              + ("|\\b" + BETTER + "\\s+(?:(?:response|answer|option|choice|candidate|one)\\s+)?")
              + ("(?:is|:|=)\\s{0,4}" + MARKS + NOUN + "?" + MARKS + DIGIT + END)
              // Response 1 is better
              + ("|(?:\\b" + NOUN + "|^\\W{0,8})" + MARKS + DIGIT + "[*_`\"')\\]]{0,6}\\s+")
              + "(?:wins|is\\s+(?:(?:clearly|overall|slightly|much|definitely|significantly"
              + ("|therefore|thus|the|my)\\s+){0,3}(?:winner|" + BETTER)
              + "(?:\\s+(?:response|answer|option|choice|one))?))"
              + "(?=[*_]{0,4}\\s*(?:$|[.,;!]|(?:overall|because|since|than|as|due)\\b))"
              // I choose Response 1
              + "|\\bI\\s+(?:choose|prefer|pick|select|favou?r|go with|vote for)\\s+"
              + (MARKS + NOUN + "?" + MARKS + DIGIT + END),
          FLAGS);

  private static final Pattern DOUBT =
      Pattern.compile(
          "n't\\b|n\u2019t\\b|[\"\u201c?]|\\b(?:not|neither|nor|never|no|nothing|nobody|none|if"
              + "|whether|unless|either"
              + "|or|although|though|while|would|could|might|may|cannot|hardly|worse|false|wrong"
              + "|both|less|say|says|said|saying|state[sd]?|claim(?:s|ed)?|argues?|suggests?"
              + "|thinks?|writes?|quotes?|mentions?)\\b",
          FLAGS);

  private static final Pattern TAKEN_BACK =
      Pattern.compile(
          "\\b(?:neither|both|tied?|equally|wait|actually|instead|unsure|either"
              + "|might|maybe|perhaps|reconsider\\w*|second thoughts?)\\b"
              + "|\\b(?:but|answer|verdict)\\W{1,4}(?:is\\s+)?(?:response\\s+)?[12]\\b"
              + "|(?:\\bnot|n't|n\u2019t)\\s+(?:response\\s+)?([12])\\b"
              + "|\\b([12])\\s+(?:is|was)\\s+(?:\\w+\\s+){0,2}(?:worse|wrong|not)\\b"
              + "|\\b[12]\\s+(?:or|/)\\s+[12]\\b|^\\W*\\?",
          FLAGS);

  private static final Pattern SENTENCE_END = Pattern.compile("(?<=[.!?])\\s+|(?<!:|:\\*\\*)\\n");
  private static final Pattern TAG = Pattern.compile("</?[a-z]{1,16}>", FLAGS);

  private PlainAnswer() {}

  /** Returns the position of the digit that is all a stretch of text says; -1 where it is not. */
  static int alone(String text, int from, int to) {
    int start = from;
    int end = to;
    while (start < end && Character.isWhitespace(text.charAt(start))) {
      start++;
    }
    while (end > start && Character.isWhitespace(text.charAt(end - 1))) {
      end--;
    }
    if (end - start > WINDOW) {
      return -1;
    }
    Matcher matcher = ALONE.matcher(text.substring(start, end));
    return matcher.matches() ? start + matcher.start(1) : -1;
  }

  /** Returns the position of the digit of the last clear statement; -1 where there is none. */
  static int stated(String text, int from, int to) {
    boolean cut = to - from > WINDOW;
    int start = cut ? to - WINDOW : from;
    String searched =
        TAG.matcher(text.substring(start, to)).replaceAll(tag -> " ".repeat(tag.group().length()));
    if (!cut) {
      int alone = alone(searched, 0, searched.length());
      if (alone >= 0) {
        return start + alone;
      }
    }
    int found = -1;
    int done = 0;
    Matcher ends = SENTENCE_END.matcher(searched);
    while (done <= searched.length()) {
      boolean more = ends.find();
      int end = more ? ends.start() : searched.length();
      if (!(cut && done == 0)) { // half a sentence may lack its "not"
        found = read(searched, done, end, found);
      }
      if (!more) {
        break;
      }
      done = ends.end();
    }
    return found < 0 ? -1 : start + found;
  }

  /** Reads one sentence, after others that had decided for a digit or had not. */
  private static int read(String text, int from, int to, int before) {
    String sentence = text.substring(from, to);
    Matcher statement = STATEMENT.matcher(sentence);
    if (!statement.find()) {
      return before >= 0 && isTakenBack(sentence, text.charAt(before)) ? -1 : before;
    }
    int at = digit(statement);
    char digit = sentence.charAt(at);
    if (DOUBT.matcher(sentence.substring(0, statement.start())).find()
        || isTakenBack(sentence.substring(statement.end()), digit)
        || sentence.stripTrailing().endsWith("?")) {
      return -1;
    }
    while (statement.find()) {
      if (sentence.charAt(digit(statement)) != digit) {
        return -1;
      }
    }
    return from + at;
  }

  private static boolean isTakenBack(String text, char digit) {
    Matcher matcher = TAKEN_BACK.matcher(text);
    while (matcher.find()) {
      @Nullable String denied = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
      if (denied == null || denied.charAt(0) == digit) {
        return true;
      }
    }
    return false;
  }

  private static int digit(Matcher statement) {
    for (int group = 1; group <= statement.groupCount(); group++) {
      if (statement.start(group) >= 0) {
        return statement.start(group);
      }
    }
    throw new IllegalStateException("a statement without a digit");
  }
}
