package io.r1reward.assertj;

import io.r1reward.Judgement;
import io.r1reward.Order;
import io.r1reward.PreferenceScore;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A comparison in words. */
final class Reasons {

  private Reasons() {}

  /** Returns question, answers, votes and what the judge wrote for each. */
  static String of(@Nullable String question, String answer, String other, PreferenceScore score) {
    StringBuilder text = new StringBuilder();
    text.append("question: ").append(question).append('\n');
    text.append("answer (1): ").append(answer).append('\n');
    text.append("other (2): ").append(other).append('\n');
    text.append(
        String.format(
            Locale.ROOT,
            "preferred: %s, %.2f of %d votes for the answer",
            score.preferred(),
            score.first(),
            score.votes()));
    score
        .softFirst()
        .ifPresent(soft -> text.append(String.format(Locale.ROOT, ", soft score %.3f", soft)));
    for (Judgement judgement : score.judgements()) {
      text.append("\n- ").append(judgement.preferred());
      if (judgement.order() != Order.GIVEN) {
        text.append(" (read with the answers exchanged)");
      }
      text.append(": ")
          .append(judgement.reasoning().isBlank() ? judgement.text() : judgement.reasoning());
    }
    return text.toString();
  }
}
