package io.r1reward.core.protocol;

import io.r1reward.ResponseScores;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Where a judge writes its scores of both responses.
 *
 * @param first finds that of the response shown first
 * @param second finds that of the other
 */
record ScorePatterns(SafePattern first, SafePattern second) {

  /** Reads the last of each; empty unless both are numbers. */
  Optional<ResponseScores> read(String completion) {
    OptionalDouble one = first.lastNumber(completion);
    OptionalDouble two = second.lastNumber(completion);
    return one.isPresent() && two.isPresent()
        ? Optional.of(new ResponseScores(one.getAsDouble(), two.getAsDouble()))
        : Optional.empty();
  }
}
