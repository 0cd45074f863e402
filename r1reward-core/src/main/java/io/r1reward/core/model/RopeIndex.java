package io.r1reward.core.model;

import io.r1reward.InvalidInputException;
import io.r1reward.core.generate.VisionInput;
import io.r1reward.core.generate.VisionInput.Kind;
import java.util.List;

/**
 * Multimodal rotary positions (M-RoPE) of one prompt, as {@code get_rope_index} of the Hugging Face
 * implementation gives them. Text counts on in all three dimensions; a picture or video starts one
 * behind the largest position so far and spans (time, height, width); text behind it goes on one
 * behind the largest. Video time steps that stand together stand {@code floor(step * secondsPerGrid
 * * tokensPerSecond)} apart, in float32 as in version 4.50; those that stand apart, each behind the
 * text of its time, are like pictures.
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
   * @param tokensPerSecond time positions per second of video whose steps stand together
   * @param stepsApart whether every time step of a video has a place of its own in the prompt
   */
  public record Settings(
      int imageToken, int videoToken, int mergeSize, double tokensPerSecond, boolean stepsApart) {

    /** Settings for videos whose time steps stand together. */
    public Settings(int imageToken, int videoToken, int mergeSize, double tokensPerSecond) {
      this(imageToken, videoToken, mergeSize, tokensPerSecond, false);
    }
  }

  /**
   * Computes the positions of a prompt without padding.
   *
   * @param tokens ids with placeholders expanded, {@code [length]}
   * @param vision pictures and videos in the order of their placeholders
   * @throws InvalidInputException if placeholders and media do not match in number or kind
   */
  public static RopeIndex of(int[] tokens, List<VisionInput> vision, Settings settings) {
    return of(tokens.length, MediaSpans.of(tokens, vision, settings), settings);
  }

  /**
   * As the other {@code of}, where it is known already where media stand.
   *
   * @param length tokens of the prompt
   */
  public static RopeIndex of(int length, MediaSpans spans, Settings settings) {
    RopeIndex index = new RopeIndex(new int[length], new int[length], new int[length], 0);
    int next = 0;
    int at = 0;
    for (MediaSpans.Span span : spans.spans()) {
      while (at < span.begin()) {
        index.set(at++, next, next, next);
        next++;
      }
      next = index.fillMedium(span, next, settings);
      at = span.end();
    }
    while (at < length) {
      index.set(at++, next, next, next);
      next++;
    }
    return new RopeIndex(index.time, index.height, index.width, next - length);
  }

  /** Returns the position of token {@code at} behind the prompt, in all three dimensions. */
  public int positionBehind(int at) {
    return at + delta;
  }

  private int fillMedium(MediaSpans.Span span, int start, Settings settings) {
    VisionInput input = span.input();
    int rows = input.gridH() / settings.mergeSize();
    int columns = input.gridW() / settings.mergeSize();
    int largest = start;
    int token = span.begin();
    for (int t = 0; t < span.steps(); t++) {
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

  private void set(int token, int t, int h, int w) {
    time[token] = t;
    height[token] = h;
    width[token] = w;
  }
}
