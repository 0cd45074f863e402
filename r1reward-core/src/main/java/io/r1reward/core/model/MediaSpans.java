package io.r1reward.core.model;

import io.r1reward.core.generate.Prompt;
import io.r1reward.core.generate.VisionInput;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where the placeholders of each medium stand in a prompt.
 *
 * @param spans in prompt order
 */
public record MediaSpans(List<Span> spans) {

  /**
   * The placeholders of one medium.
   *
   * @param begin first token
   * @param end behind the last token
   */
  public record Span(VisionInput input, int begin, int end) {}

  /**
   * Finds the spans of a prompt whose placeholders match its media ({@link RopeIndex#of} checks).
   */
  public static MediaSpans of(Prompt prompt, RopeIndex.Settings settings) {
    List<Span> spans = new ArrayList<>();
    int at = 0;
    for (VisionInput input : prompt.vision()) {
      while (prompt.tokens()[at] != settings.imageToken()
          && prompt.tokens()[at] != settings.videoToken()) {
        at++;
      }
      int units = input.patchCount() / (settings.mergeSize() * settings.mergeSize());
      spans.add(new Span(input, at, at + units));
      at += units;
    }
    return new MediaSpans(spans);
  }

  /** Returns the spans that have a token in {@code from .. to - 1}. */
  public List<Span> between(int from, int to) {
    return spans.stream().filter(span -> span.begin < to && span.end > from).toList();
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
