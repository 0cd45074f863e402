package io.r1reward.examples.compare;

import io.r1reward.Judgement;
import io.r1reward.ModelInfo;
import io.r1reward.Preferred;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What one model said about all pairs.
 *
 * @param name of its folder
 * @param info what computed
 * @param judgements greedy, one for each pair
 * @param forced log-probabilities of all tokens at the place of the reference's answer, behind the
 *     reference's own text (or of its last token, where it gave no answer), {@code
 *     [pairs][vocabulary]}
 * @param seconds for the judgements
 */
record Answers(
    String name, ModelInfo info, List<Judgement> judgements, List<float[]> forced, double seconds) {

  Preferred preferred(int pair) {
    return judgements.get(pair).preferred();
  }

  OptionalDouble softFirst(int pair) {
    return judgements.get(pair).softFirst();
  }
}
