package io.r1reward.core.media;

import org.jspecify.annotations.Nullable;

/** How large a picture may be before it is made smaller. Stateless. */
public final class PixelLimit {

  private PixelLimit() {}

  /**
   * Settles the limit: what a user says; else the checkpoint's, which it may have been trained at,
   * but no more than a given one, as published checkpoints allow 12.8 million pixels.
   *
   * @param wanted by the user; null where he says nothing
   * @param most where he says nothing
   */
  public static long of(@Nullable Long wanted, PreprocessorConfig checkpoint, long most) {
    return wanted != null ? wanted : Math.min(most, checkpoint.maxPixels());
  }
}
