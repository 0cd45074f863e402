package io.r1reward.core.media;

import io.r1reward.MediaException;
import org.jspecify.annotations.Nullable;

/**
 * How the public implementation of a family makes pictures and frames ready: their sizes, whose
 * filter resizes them, and how bytes become numbers. Thread-safe.
 */
public interface VisionRule {
  /**
   * Limits of sizes.
   *
   * @param factor both sides become multiples of it
   * @param picture of a message, for a rule's first step; null for the rule's own
   * @param processor of the checkpoint, or less where a user wants less
   * @param video of all frames of a video together
   */
  record Limits(int factor, @Nullable PixelRange picture, PixelRange processor, PixelRange video) {}

  /** Returns the limits of all frames of a video together where the checkpoint names none. */
  PixelRange defaultVideoRange();

  /**
   * Resizes a picture.
   *
   * @throws MediaException if it has a form that is refused
   */
  RgbImage picture(RgbImage decoded, Limits limits);

  /**
   * Resizes the first frame of a video, whose size all take.
   *
   * @param frames how many there are
   * @throws MediaException if it has a form that is refused
   */
  RgbImage firstFrame(RgbImage decoded, int frames, Limits limits);

  /**
   * Resizes another frame.
   *
   * @param first the first one, resized
   * @throws MediaException if it has a form that is refused
   */
  RgbImage laterFrame(RgbImage decoded, RgbImage first, Limits limits);

  /**
   * Returns the number that a byte becomes.
   *
   * @param value 0 to 255
   * @param mean of the channel, as numbers between 0 and 1
   * @param std of the channel
   */
  float normalised(int value, double mean, double std);
}
