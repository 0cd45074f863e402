package io.r1reward.train.policy;

import io.r1reward.CancelledException;
import io.r1reward.FinishReason;
import io.r1reward.core.generate.Completion;
import java.util.List;

/**
 * Refuses completions that a stop cut short. A generator that is closed while it works, as at the
 * end of the process, gives what it has; scored as if it were whole, that is a false number.
 * Stateless, thread-safe.
 */
public final class WholeCompletions {

  private WholeCompletions() {}

  /**
   * Returns the completions, all of which ended by themselves or at their limit.
   *
   * @param what they are for, for the message: "the rollout of iteration 3"
   * @throws CancelledException if at least one was cancelled, naming how many
   */
  public static List<Completion> require(List<Completion> completions, String what) {
    long cut = completions.stream().filter(c -> c.finishReason() == FinishReason.CANCELLED).count();
    if (cut > 0) {
      throw new CancelledException(
          what
              + " was stopped: "
              + cut
              + " of "
              + completions.size()
              + " completions were cut short, so it counts for nothing");
    }
    return completions;
  }
}
