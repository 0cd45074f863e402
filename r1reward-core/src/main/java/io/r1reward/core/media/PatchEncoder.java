package io.r1reward.core.media;

import static io.r1reward.core.media.RgbImage.CHANNELS;

import com.google.common.primitives.ImmutableDoubleArray;
import io.r1reward.MediaException;
import io.r1reward.core.generate.VisionInput;
import java.util.List;

/**
 * Turns resized frames into normalised patches in the order of {@code Qwen2VLImageProcessor}. A
 * patch holds one square of {@code temporalPatch} frames, {@code [channel, frame, row, column]}.
 * Immutable, thread-safe.
 */
final class PatchEncoder {
  // a sample has 256 values and 3 channels, so normalising is a table look-up
  private final PreprocessorConfig config;
  private final float[][] normalised = new float[CHANNELS][256];

  PatchEncoder(PreprocessorConfig config, VisionRule rule) {
    this.config = config;
    for (int c = 0; c < CHANNELS; c++) {
      for (int value = 0; value < 256; value++) {
        normalised[c][value] =
            rule.normalised(value, config.imageMean().get(c), config.imageStd().get(c));
      }
    }
  }

  /**
   * Encodes frames of one size.
   *
   * @param frames of {@code height} by {@code width} pixels, both multiples of patch times merge
   * @return patches of {@code [gridT * gridH * gridW, 3 * temporalPatch * patch * patch]}
   */
  VisionInput encode(
      VisionInput.Kind kind,
      List<RgbImage> frames,
      double secondsPerGrid,
      ImmutableDoubleArray seconds) {
    int patch = config.patchSize();
    int temporal = config.temporalPatchSize();
    RgbImage first = frames.get(0);
    int gridT = (frames.size() + temporal - 1) / temporal;
    int gridH = first.height() / patch;
    int gridW = first.width() / patch;
    float[] out = new float[valueCount(frames.size(), first)];
    int at = 0;
    for (int t = 0; t < gridT; t++) {
      at = encodeStep(frames, t * temporal, gridH, gridW, out, at);
    }
    return new VisionInput(kind, out, gridT, gridH, gridW, secondsPerGrid, seconds.asList());
  }

  /**
   * Returns how many values frames of one size make.
   *
   * @throws MediaException if an array cannot hold them
   */
  int valueCount(int frames, RgbImage first) {
    int temporal = config.temporalPatchSize();
    int whole = (frames + temporal - 1) / temporal * temporal;
    long values = (long) whole * first.height() * first.width() * CHANNELS;
    if (values > Integer.MAX_VALUE - 8) {
      throw new MediaException(
          frames
              + " frames of "
              + first.width()
              + " x "
              + first.height()
              + " pixels make "
              + values
              + " values, more than the limit of "
              + (Integer.MAX_VALUE - 8));
    }
    return (int) values;
  }

  private int encodeStep(
      List<RgbImage> frames, int firstFrame, int gridH, int gridW, float[] out, int start) {
    int merge = config.mergeSize();
    int at = start;
    for (int blockY = 0; blockY < gridH; blockY += merge) {
      for (int blockX = 0; blockX < gridW; blockX += merge) {
        for (int y = blockY; y < blockY + merge; y++) {
          for (int x = blockX; x < blockX + merge; x++) {
            at = encodePatch(frames, firstFrame, y, x, out, at);
          }
        }
      }
    }
    return at;
  }

  private int encodePatch(
      List<RgbImage> frames, int firstFrame, int gridY, int gridX, float[] out, int start) {
    int patch = config.patchSize();
    int at = start;
    for (int c = 0; c < CHANNELS; c++) {
      float[] table = normalised[c];
      for (int t = 0; t < config.temporalPatchSize(); t++) {
        // an incomplete last step repeats the last frame
        RgbImage frame = frames.get(Math.min(firstFrame + t, frames.size() - 1));
        byte[] pixels = frame.pixels();
        int stride = frame.width() * CHANNELS;
        int corner = gridY * patch * stride + gridX * patch * CHANNELS + c;
        for (int y = 0; y < patch; y++) {
          int from = corner + y * stride;
          for (int x = 0; x < patch; x++, from += CHANNELS) {
            out[at++] = table[pixels[from] & 0xff];
          }
        }
      }
    }
    return at;
  }
}
