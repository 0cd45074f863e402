package io.r1reward.train.reward;

import java.util.Optional;

/** What a model is asked about consistency, and how its reply is read. Stateless, thread-safe. */
public final class ConsistencyPrompt {

  private ConsistencyPrompt() {}

  /** Returns the question. */
  public static String ask(ConsistencyQuery query) {
    return "Below is the end of an evaluator's reasoning about two responses, and the response it"
        + " finally chose. Does the reasoning support the choice? Reply with a single digit: 1 if"
        + " it does, 0 if it contradicts it.\n\n[End of the reasoning]:\n"
        + query.conclusion()
        + "\n\n[Final choice]: Response "
        + query.answer()
        + "\n\nYour reply (1 or 0):";
  }

  /** Reads a reply: its first 0 or 1 that stands alone; empty where there is none. */
  public static Optional<Consistency> read(String reply) {
    for (int i = 0; i < reply.length(); i++) {
      char c = reply.charAt(i);
      if ((c == '0' || c == '1') && standsAlone(reply, i)) {
        return Optional.of(c == '1' ? Consistency.CONSISTENT : Consistency.INCONSISTENT);
      }
    }
    return Optional.empty();
  }

  private static boolean standsAlone(String text, int at) {
    return (at == 0 || !Character.isLetterOrDigit(text.charAt(at - 1)))
        && (at + 1 == text.length() || !Character.isLetterOrDigit(text.charAt(at + 1)));
  }
}
