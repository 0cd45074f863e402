package io.r1reward.core.model;

import io.r1reward.InvalidInputException;
import io.r1reward.core.generate.VisionInput;
import io.r1reward.core.generate.VisionInput.Kind;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Multimodal rotary positions (M-RoPE) of one prompt, as {@code get_rope_index} of the Hugging Face
 * implementation (v4.50) gives them. Text counts on in all three dimensions; a picture or video
 * starts one behind the largest position so far and spans (time, height, width); text behind it
 * goes on one behind the largest. Video time steps stand {@code floor(step * secondsPerGrid *
 * tokensPerSecond)} apart, in float32 as there.
 *
 * @param time time positions, {@code [length]}
 * @param height height positions, {@code [length]}
 * @param width width positions, {@code [length]}
 * @param delta what has to be added to a token's index behind the prompt to get its position
 */
@SuppressWarnings("ArrayRecordComponent") // handed to an engine at once
public record RopeIndex(int[] time, int[] height, int[] width, int delta) {

  /**
   * What the positions depend on besides the tokens.
   *
   * @param imageToken id of the picture placeholder
   * @param videoToken id of the video placeholder
   * @param mergeSize patches per merged unit and side
   * @param tokensPerSecond time positions per second of video
   */
  public record Settings(int imageToken, int videoToken, int mergeSize, double tokensPerSecond) {}

  /**
   * Computes the positions of a prompt without padding.
   *
   * @param tokens ids with placeholders expanded, {@code [length]}
   * @param vision pictures and videos in the order of their placeholders
   * @throws InvalidInputException if placeholders and media do not match in number or kind
   */
  public static RopeIndex of(int[] tokens, List<VisionInput> vision, Settings settings) {
    RopeIndex index =
        new RopeIndex(new int[tokens.length], new int[tokens.length], new int[tokens.length], 0);
    Iterator<VisionInput> media = vision.iterator();
    int next = 0;
    int at = 0;
    while (at < tokens.length) {
      Kind kind = kindOf(tokens[at], settings);
      if (kind == null) {
        index.set(at++, next, next, next);
        next++;
        continue;
      }
      if (!media.hasNext()) {
        throw new InvalidInputException(
            "prompt has a placeholder at token "
                + at
                + " behind its last of "
                + vision.size()
                + " media");
      }
      VisionInput input = media.next();
      int units = input.patchCount() / (settings.mergeSize() * settings.mergeSize());
      checkRun(tokens, at, units, kind, input, settings);
      next = index.fillMedium(at, next, input, settings);
      at += units;
    }
    if (media.hasNext()) {
      throw new InvalidInputException(
          "prompt has " + vision.size() + " media, but fewer placeholder runs");
    }
    return new RopeIndex(index.time, index.height, index.width, next - tokens.length);
  }

  /** Returns the position of token {@code at} behind the prompt, in all three dimensions. */
  public int positionBehind(int at) {
    return at + delta;
  }

  private int fillMedium(int at, int start, VisionInput input, Settings settings) {
    int rows = input.gridH() / settings.mergeSize();
    int columns = input.gridW() / settings.mergeSize();
    int largest = start;
    int token = at;
    for (int t = 0; t < input.gridT(); t++) {
      int step = input.kind() == Kind.VIDEO ? timeStep(t, input, settings) : 0;
      for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
          set(token++, start + step, start + row, start + column);
        }
      }
      largest = Math.max(largest, start + Math.max(step, Math.max(rows, columns) - 1));
    }
    return largest + 1;
  }

  private static int timeStep(int t, VisionInput input, Settings settings) {
    float seconds = t * (float) input.secondsPerGrid();
    return (int) (seconds * (float) settings.tokensPerSecond());
  }

  private static void checkRun(
      int[] tokens, int at, int units, Kind kind, VisionInput input, Settings settings) {
    boolean whole = at + units <= tokens.length && kind == input.kind();
    for (int i = at; whole && i < at + units; i++) {
      whole = tokens[i] == tokens[at];
    }
    if (!whole) {
      throw new InvalidInputException(
          "placeholders at token "
              + at
              + " do not match their medium: expected "
              + units
              + " of kind "
              + input.kind()
              + " for a grid of "
              + input.gridT()
              + " x "
              + input.gridH()
              + " x "
              + input.gridW()
              + ", merged by "
              + settings.mergeSize());
    }
  }

  private static @Nullable Kind kindOf(int token, Settings settings) {
    if (token == settings.imageToken()) {
      return Kind.IMAGE;
    }
    return token == settings.videoToken() ? Kind.VIDEO : null;
  }

  private void set(int token, int t, int h, int w) {
    time[token] = t;
    height[token] = h;
    width[token] = w;
  }
}
