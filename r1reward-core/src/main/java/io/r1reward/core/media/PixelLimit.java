package io.r1reward.core.media;

import io.r1reward.core.checkpoint.PreprocessorConfig;
import io.r1reward.spi.ModelSettings;
import org.jspecify.annotations.Nullable;

/** How large a picture may be before it is made smaller. Stateless. */
public final class PixelLimit {

  private PixelLimit() {}

  /**
   * Settles the limit: what a user says; else the checkpoint's, which it may have been trained at,
   * but no more than the published example's, as published checkpoints allow 12.8 million pixels.
   *
   * @param wanted by the user; null where he says nothing
   */
  public static long of(@Nullable Integer wanted, PreprocessorConfig checkpoint) {
    return of(
        wanted == null ? null : wanted.longValue(), checkpoint, ModelSettings.DEFAULT_MAX_PIXELS);
  }

  /**
   * Settles the limit: what a user says; else the checkpoint's, but no more than a given one.
   *
   * @param wanted by the user; null where he says nothing
   * @param most where he says nothing
   */
  public static long of(@Nullable Long wanted, PreprocessorConfig checkpoint, long most) {
    return wanted != null ? wanted : Math.min(most, checkpoint.maxPixels());
  }
}
