package io.r1reward.core.generate;

import io.r1reward.CancelledException;
import io.r1reward.EngineException;
import io.r1reward.RewardModelException;
import java.util.List;
import java.util.concurrent.ExecutionException;

/** Waits for a generation and gives its failure back as this library's exceptions. */
final class Waiting {

  private Waiting() {}

  static List<Completion> result(Generation generation) {
    if (EngineThread.isCurrent() && !generation.all().isDone()) {
      generation.cancel();
      throw new EngineException(
          "generate would wait on the very thread that computes; call it from another thread, or"
              + " use submit");
    }
    try {
      return generation.all().get();
    } catch (InterruptedException e) {
      generation.cancel();
      Thread.currentThread().interrupt();
      throw new CancelledException("interrupted while waiting for a generation", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RewardModelException known) {
        throw known;
      }
      throw new EngineException("generation failed: " + e.getCause(), e);
    }
  }
}
