package io.r1reward.core.protocol;

import java.util.List;

/** Finds the verdict in a completion; one of the rules that a protocol can be written with. */
interface AnswerRule {

  /** Reads a completion. Never throws on hostile text; linear in its length. */
  Verdict read(String completion);

  /** Returns what means "Response 1" at the deciding position. */
  String firstAnswer();

  /** Returns what means "Response 2" at the deciding position. */
  String secondAnswer();

  /** Returns the texts that this is read by. */
  List<String> markers();

  /** Returns what ends a completion where a protocol does not say. */
  List<String> stopStrings();
}
