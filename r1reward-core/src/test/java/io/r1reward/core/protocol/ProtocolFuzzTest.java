package io.r1reward.core.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.r1reward.Preferred;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Seeded random tag soup against slow and obvious ways to read it. */
class ProtocolFuzzTest {
  private static final int ROUNDS = 20_000;
  private static final String[] PIECES = {
    "<think>",
    "</think>",
    "<answer>",
    "</answer>",
    "<answer>1</answer>",
    "<answer>2</answer>",
    "1",
    "2",
    "3",
    " ",
    "\n",
    "<",
    "/",
    "answer>",
    "both",
    "１",
    "\ud83d",
    "é"
  };

  @Test
  void the_last_answer_after_the_reasoning_decides() {
    Random random = new Random(6);
    Map<Preferred, Integer> seen = new EnumMap<>(Preferred.class);
    for (int round = 0; round < ROUNDS; round++) {
      String text = soup(random);
      Verdict verdict = VerdictRule.LAST_AFTER_REASONING.read(text);
      assertThat(verdict.preferred()).as(text).isEqualTo(slowly(text));
      verdict
          .answerPosition()
          .ifPresent(
              at ->
                  assertThat(Character.digit(text.charAt(at), 10))
                      .as(text)
                      .isEqualTo(verdict.preferred() == Preferred.FIRST ? 1 : 2));
      seen.merge(verdict.preferred(), 1, Integer::sum);
    }
    assertThat(seen).hasSize(3);
    assertThat(seen.values()).allMatch(count -> count > ROUNDS / 20);
  }

  @Test
  void every_rule_reads_everything() {
    Random random = new Random(7);
    for (int round = 0; round < ROUNDS; round++) {
      String text = soup(random);
      for (VerdictRule rule : VerdictRule.values()) {
        Verdict verdict = rule.read(text);
        assertThat(text).contains(verdict.reasoning());
        assertThat(verdict.answerPosition().orElse(0)).isBetween(0, text.length());
      }
    }
  }

  @Test
  void a_stop_string_is_found_however_the_text_is_cut_into_pieces() {
    Random random = new Random(8);
    JudgeProtocol protocol = R1RewardProtocol.create();
    int stopped = 0;
    for (int round = 0; round < ROUNDS; round++) {
      String text = soup(random);
      int stop = slowStop(text);
      StopDetector detector = new StopDetector(protocol, protocol.stopStrings());
      int length = 0;
      boolean finished = false;
      while (length < text.length() && !finished) {
        length = Math.min(text.length(), length + 1 + random.nextInt(12));
        finished = detector.isFinished(text.substring(0, length));
        assertThat(finished).as("%s at %d", text, length).isEqualTo(stop >= 0 && stop <= length);
      }
      stopped += finished ? 1 : 0;
    }
    assertThat(stopped).isBetween(ROUNDS / 10, ROUNDS * 9 / 10);
  }

  private static String soup(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(9); i > 0; i--) {
      text.append(PIECES[random.nextInt(PIECES.length)]);
    }
    return text.toString();
  }

  /** No piece says anything in words: a number must be all there is. */
  private static Preferred slowly(String text) {
    int think = text.lastIndexOf("</think>");
    if (text.lastIndexOf("<think>") > think) {
      return Preferred.UNDECIDED;
    }
    String after = think < 0 ? text : text.substring(think + 8);
    String answer = null;
    for (int i = 0; i < after.length(); i++) {
      int end = after.indexOf("</answer>", i + 8);
      if (after.startsWith("<answer>", i) && end >= 0) {
        answer = after.substring(i + 8, end);
      }
    }
    if (answer == null) {
      int open = after.lastIndexOf("<answer>");
      answer =
          open < 0
              ? after.replace("</answer>", " ")
              : after.substring(open + 8).replaceFirst("</?$", "").replace('１', '?');
    }
    return switch (answer.strip()) {
      case "1", "１" -> Preferred.FIRST;
      case "2" -> Preferred.SECOND;
      default -> Preferred.UNDECIDED;
    };
  }

  /** Returns the shortest length at which the text has a stop string outside its reasoning. */
  private static int slowStop(String text) {
    for (int length = 1; length <= text.length(); length++) {
      String prefix = text.substring(0, length);
      boolean reasoning = prefix.contains("<think>") && !prefix.contains("</think>");
      if (prefix.endsWith("</answer>") && !reasoning) {
        return length;
      }
    }
    return -1;
  }
}
