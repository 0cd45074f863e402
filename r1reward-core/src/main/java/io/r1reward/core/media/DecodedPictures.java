package io.r1reward.core.media;

import io.r1reward.Image;
import io.r1reward.MediaException;

/** Pictures as they are decoded, before any judge's resizing. Thread-safe. */
public final class DecodedPictures {
  private final ImageLoader loader;

  /** Reads within these limits, and nothing of the network. */
  public DecodedPictures(MediaLimits limits) {
    this.loader = new ImageLoader(limits, null);
  }

  /**
   * Returns all pixels of a picture.
   *
   * @throws MediaException if it cannot be read or decoded, or exceeds a limit
   */
  public RgbImage read(Image image) {
    return loader.load(image);
  }
}
