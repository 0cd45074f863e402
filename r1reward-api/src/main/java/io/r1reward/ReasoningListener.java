package io.r1reward;

/**
 * Hears a judge think. Called on threads of {@link RewardModel.Builder#executor}, in token order
 * for each judgement and never twice at a time for one score, whose future completes behind the
 * last text. It may block, and may call the model back: that holds up its own score alone. An
 * exception thrown here fails the score.
 */
@FunctionalInterface
public interface ReasoningListener {

  /**
   * A piece of text was generated. Pieces of one judgement, put together, are its text.
   *
   * @param sample which sample of the vote, from 0
   * @param order the order in which this judgement sees the responses
   * @param text what was added; never empty, always whole characters
   */
  void onText(int sample, Order order, String text);
}
