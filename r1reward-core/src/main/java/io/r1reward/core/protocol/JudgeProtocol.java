package io.r1reward.core.protocol;

import io.r1reward.Media;
import io.r1reward.Order;
import io.r1reward.PreferencePair;
import io.r1reward.ResponseScores;
import io.r1reward.core.text.Message;
import io.r1reward.core.text.Tokenizer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * How one kind of judge is asked and understood. One method has to be written: the prompt; the
 * others answer as R1-Reward does, with {@code <think>…</think><answer>1</answer>}.
 *
 * <pre>{@code
 * JudgeProtocol terse = pair -> List.of(Message.user(
 *     "Which answers better: " + pair.question() + "\n1: " + pair.first() + "\n2: " + pair.second()));
 * }</pre>
 *
 * <p>Implementations must be thread-safe and give the same result for the same arguments.
 */
@FunctionalInterface
public interface JudgeProtocol {

  /**
   * Writes the prompt. Whatever the pair's texts hold is plain text to the judge.
   *
   * @param shown the pair as the judge sees it: its first response is "Response 1"
   * @return the chat, with one place for each medium of the pair, in the pair's order
   */
  List<Message> messages(PreferencePair shown);

  /** Writes the prompt with the responses in the given order. */
  default List<Message> messages(PreferencePair pair, Order order) {
    return messages(order == Order.SWAPPED ? pair.swapped() : pair);
  }

  /**
   * Reads a completion. Never throws on hostile text, and takes time linear in its length.
   *
   * @param completion generated text without special tokens, and nothing of the prompt
   */
  default Verdict read(String completion) {
    return VerdictRule.LAST_AFTER_REASONING.read(completion);
  }

  /**
   * Returns the texts that end a judgement where they appear after its reasoning; see {@link
   * StopDetector}.
   */
  default List<String> stopStrings() {
    return List.of("</answer>");
  }

  /**
   * Says whether a completion that has come this far is still in its reasoning, where stop strings
   * do not count: a judge may quote a response that holds {@code <answer>1</answer>}.
   *
   * @param completion the text so far
   */
  default boolean isReasoning(String completion) {
    return Tags.isReasoning(completion);
  }

  /**
   * Returns the texts that a completion is read by: a tokenizer that has one of them as a special
   * token must not leave it out.
   */
  default List<String> markers() {
    return Tokenizer.TAGS;
  }

  /**
   * Reads the scores that a completion gives each response, in the order in which the judge saw
   * them; empty where it gives none. Never throws on hostile text.
   *
   * @param completion generated text without special tokens, and nothing of the prompt
   */
  default Optional<ResponseScores> scores(String completion) {
    return Optional.empty();
  }

  /**
   * Writes the prompt that asks for a rating of one response; empty where the protocol only
   * compares.
   */
  default Optional<List<Message>> ratingMessages(
      String question, List<Media> media, String response) {
    return Optional.empty();
  }

  /** Reads the rating that a completion gives; empty where it gives none. */
  default OptionalDouble rating(String completion) {
    return OptionalDouble.empty();
  }

  /** Returns how many pixels a picture has at most where a caller says nothing. */
  default OptionalInt maxPixels() {
    return OptionalInt.empty();
  }

  /** Returns how many tokens a judgement has at most where a caller says nothing. */
  default OptionalInt maxNewTokens() {
    return OptionalInt.empty();
  }

  /** Returns the answer that means "Response 1", as it stands at the answer position. */
  default String firstAnswer() {
    return "1";
  }

  /** Returns the answer that means "Response 2", as it stands at the answer position. */
  default String secondAnswer() {
    return "2";
  }
}
