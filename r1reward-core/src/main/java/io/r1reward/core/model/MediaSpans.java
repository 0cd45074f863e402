package io.r1reward.core.model;

import com.google.common.collect.ImmutableList;
import io.r1reward.InvalidInputException;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.generate.VisionInput;
import io.r1reward.core.generate.VisionInput.Kind;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the placeholders of each medium stand in a prompt: the one walk over a prompt that engines,
 * trainers and positions share.
 *
 * @param spans in prompt order
 */
public record MediaSpans(ImmutableList<Span> spans) {

  /**
   * Placeholders of one medium that stand together: all of them, or those of one time step where a
   * family writes the time before each.
   *
   * @param firstStep first time step that stands here
   * @param steps how many do
   * @param units placeholders of one time step
   * @param begin first token
   */
  public record Span(VisionInput input, int firstStep, int steps, int units, int begin) {

    /** Returns the token behind the last one. */
    public int end() {
      return begin + steps * units;
    }

    /** Returns which of the medium's embeddings stands first. */
    public int firstUnit() {
      return firstStep * units;
    }
  }

  /**
   * Finds the spans of a prompt.
   *
   * @param tokens ids with placeholders expanded, {@code [length]}
   * @param vision pictures and videos in the order of their placeholders
   * @throws InvalidInputException if placeholders and media do not match in number or kind
   */
  public static MediaSpans of(int[] tokens, List<VisionInput> vision, RopeIndex.Settings settings) {
    ImmutableList.Builder<Span> spans = ImmutableList.builder();
    int medium = 0;
    int step = 0;
    int at = 0;
    while (at < tokens.length) {
      Kind kind = kindOf(tokens[at], settings);
      if (kind == null) {
        at++;
        continue;
      }
      if (medium == vision.size()) {
        throw new InvalidInputException(
            "prompt has a placeholder at token "
                + at
                + " behind its last of "
                + vision.size()
                + " media");
      }
      VisionInput input = vision.get(medium);
      int units = input.gridH() * input.gridW() / (settings.mergeSize() * settings.mergeSize());
      int steps = settings.stepsApart() ? 1 : input.gridT();
      Span span = new Span(input, step, steps, units, at);
      checkRun(tokens, span, kind, settings);
      spans.add(span);
      step += steps;
      if (step == input.gridT()) {
        medium++;
        step = 0;
      }
      at = span.end();
    }
    if (medium < vision.size()) {
      throw new InvalidInputException(
          "prompt has " + vision.size() + " media, but fewer placeholder runs");
    }
    return new MediaSpans(spans.build());
  }

  /** As the other {@code of}. */
  public static MediaSpans of(Prompt prompt, RopeIndex.Settings settings) {
    return of(prompt.tokens(), prompt.vision(), settings);
  }

  private static void checkRun(int[] tokens, Span span, Kind kind, RopeIndex.Settings settings) {
    VisionInput input = span.input();
    boolean whole = span.end() <= tokens.length && kind == input.kind();
    for (int i = span.begin(); whole && i < span.end(); i++) {
      whole = tokens[i] == tokens[span.begin()];
    }
    if (!whole) {
      throw new InvalidInputException(
          "placeholders at token "
              + span.begin()
              + " do not match their medium: expected "
              + span.steps() * span.units()
              + " of kind "
              + input.kind()
              + " for a grid of "
              + span.steps()
              + " x "
              + input.gridH()
              + " x "
              + input.gridW()
              + ", merged by "
              + settings.mergeSize());
    }
  }

  private static @Nullable Kind kindOf(int token, RopeIndex.Settings settings) {
    if (token == settings.imageToken()) {
      return Kind.IMAGE;
    }
    return token == settings.videoToken() ? Kind.VIDEO : null;
  }

  /** Returns the spans that have a token in {@code from .. to - 1}. */
  public List<Span> between(int from, int to) {
    return spans.stream().filter(span -> span.begin < to && span.end() > from).toList();
  }

  /**
   * Returns how many leading tokens two prompts share, media included: a medium that differs ends
   * what they share where it begins.
   */
  public static int commonPrefix(Prompt a, Prompt b, RopeIndex.Settings settings) {
    int common = Arrays.mismatch(a.tokens(), b.tokens());
    if (common < 0) {
      common = a.length();
    }
    List<Span> ofA = of(a, settings).between(0, common);
    List<Span> ofB = of(b, settings).between(0, common);
    for (int i = 0; i < ofA.size(); i++) {
      if (i >= ofB.size() || !same(ofA.get(i).input(), ofB.get(i).input())) {
        return ofA.get(i).begin();
      }
    }
    return common;
  }

  @SuppressWarnings("ReferenceEquality") // the same object needs no look at its pixels
  private static boolean same(VisionInput a, VisionInput b) {
    return a == b
        || (a.kind() == b.kind()
            && a.gridT() == b.gridT()
            && a.gridH() == b.gridH()
            && a.gridW() == b.gridW()
            && a.secondsPerGrid() == b.secondsPerGrid()
            && Arrays.equals(a.patches(), b.patches()));
  }
}
