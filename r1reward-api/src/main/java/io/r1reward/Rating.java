package io.r1reward;

import static io.r1reward.Given.copy;
import static io.r1reward.Given.given;

import java.util.List;
import java.util.OptionalDouble;

/**
 * What a judge says of a single response. Immutable.
 *
 * @param score mean over the judgements that have one, in the judge's own unit; empty where none
 *     has
 * @param judgements in the order of their samples
 */
public record Rating(OptionalDouble score, List<Sample> judgements) {

  /** Checks that nothing is null. */
  public Rating {
    given(score, "score");
    judgements = copy(judgements, "judgements");
  }

  /**
   * One judgement.
   *
   * @param score what was read from it; empty where it says none, or a time limit cut it short
   * @param text the whole generated text, without special tokens
   * @param tokenCount generated tokens
   * @param finishReason why it ended
   */
  public record Sample(
      OptionalDouble score, String text, int tokenCount, FinishReason finishReason) {

    /** Checks that nothing is null. */
    public Sample {
      given(score, "score");
      given(text, "text");
      given(finishReason, "finishReason");
    }
  }

  /** Takes the mean. */
  public static Rating of(List<Sample> judgements) {
    return new Rating(
        copy(judgements, "judgements").stream()
            .flatMapToDouble(judgement -> judgement.score().stream())
            .average(),
        judgements);
  }
}
