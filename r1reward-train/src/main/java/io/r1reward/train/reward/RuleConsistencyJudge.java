package io.r1reward.train.reward;

import io.r1reward.Preferred;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the conclusion of a reasoning by rules: the last statement such as "Response 2 is better",
 * "response 1 is worse", "I choose response 2", "the better response is 1" decides. A statement
 * that is negated, or calls a response worse or wrong, speaks for the other one. No statement:
 * undecided. Stateless, thread-safe.
 */
public final class RuleConsistencyJudge implements ConsistencyJudge {
  private static final String NAME =
      "(?:the )?(?:(?:response|answer|option|assistant) #?(1|2|one|two)|(first|second)"
          + " (?:response|answer|option|one))";
  private static final String GOOD =
      "better|best|preferable|preferred|superior|stronger|more (?:accurate|correct|helpful|complete"
          + "|detailed|precise|faithful|reliable|relevant|informative)|correct|right|accurate|the"
          + " winner";
  private static final String BAD =
      "worse|worst|inferior|weaker|wrong|incorrect|inaccurate|less (?:accurate|correct|helpful"
          + "|complete|detailed|precise|faithful|reliable|relevant|informative)|hallucinat\\w*";
  private static final Pattern STATEMENT =
      Pattern.compile(
          NAME
              + "(?: is| was| seems| appears)( not|n't)?(?: (?:to be|clearly|slightly|much|overall"
              + "|therefore|thus|the|a|an))*? (?:("
              + GOOD
              + ")|("
              + BAD
              + "))\\b"
              + "|(?:better|best|preferred|superior|stronger|correct) (?:response|answer|option|one|choice)"
              + " (?:is|would be|:) ?"
              + NAME.replace(
                  "(?:response|answer|option|assistant) #?", "(?:(?:response|answer|option) #?)?")
              + "|(?:choose|prefer|pick|select|favou?r|go with|conclude for) "
              + NAME
              + "|"
              + NAME
              + " (wins|outperforms|surpasses|loses)\\b");

  @Override
  public Consistency judge(ConsistencyQuery query) {
    Preferred concluded = conclusion(query.conclusion());
    if (concluded == Preferred.UNDECIDED || query.verdict() == Preferred.UNDECIDED) {
      return Consistency.UNDECIDED;
    }
    return concluded == query.verdict() ? Consistency.CONSISTENT : Consistency.INCONSISTENT;
  }

  /** Returns which response the last statement of a text speaks for. */
  static Preferred conclusion(String text) {
    Matcher matcher = STATEMENT.matcher(text.toLowerCase(Locale.ROOT).replaceAll("[*_`\\s]+", " "));
    Preferred last = Preferred.UNDECIDED;
    while (matcher.find()) {
      last = read(matcher);
    }
    return last;
  }

  /** Groups: 1-5 first alternative, 6-7 second, 8-9 third, 10-12 fourth. */
  private static Preferred read(Matcher m) {
    if (m.group(1) != null || m.group(2) != null) {
      boolean negated = m.group(3) != null;
      boolean bad = m.group(5) != null;
      Preferred named = named(m, 1);
      return negated == bad ? named : named.swapped();
    }
    if (m.group(6) != null || m.group(7) != null) {
      return named(m, 6);
    }
    if (m.group(8) != null || m.group(9) != null) {
      return named(m, 8);
    }
    Preferred named = named(m, 10);
    return "loses".equals(m.group(12)) ? named.swapped() : named;
  }

  private static Preferred named(Matcher m, int group) {
    String name = m.group(group) != null ? m.group(group) : m.group(group + 1);
    return switch (String.valueOf(name)) {
      case "1", "one", "first" -> Preferred.FIRST;
      default -> Preferred.SECOND;
    };
  }
}
