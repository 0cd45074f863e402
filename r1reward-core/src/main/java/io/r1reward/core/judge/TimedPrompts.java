package io.r1reward.core.judge;

import com.google.common.collect.ImmutableList;
import io.r1reward.CancelledException;
import io.r1reward.EngineException;
import io.r1reward.core.generate.Prompt;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Makes prompts, media included, within a time limit. Stateless. */
final class TimedPrompts {

  private TimedPrompts() {}

  /**
   * Makes prompts on this thread, or on another one where there is a time limit.
   *
   * @param limit from {@code submitted}; null for none
   * @param submitted {@link System#nanoTime} of the submission
   * @return the prompts; none where the time was over before
   */
  static List<Prompt> make(
      Callbacks callbacks, @Nullable Duration limit, long submitted, Callable<List<Prompt>> maker) {
    FutureTask<List<Prompt>> making = new FutureTask<>(maker);
    if (limit == null) {
      making.run();
    } else {
      callbacks.execute(making);
    }
    try {
      return limit == null
          ? making.get()
          : making.get(left(limit, submitted), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      making.cancel(true);
      return ImmutableList.of();
    } catch (InterruptedException e) {
      making.cancel(true);
      Thread.currentThread().interrupt();
      throw new CancelledException("interrupted while media were read", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException wrong) {
        throw wrong;
      }
      throw new EngineException("making the prompt failed: " + e.getCause(), e);
    }
  }

  /** Returns what is left of a time limit, in nanoseconds; not more than there are. */
  static long left(Duration limit, long submitted) {
    return TimeUnit.NANOSECONDS.convert(limit) - (System.nanoTime() - submitted);
  }
}
