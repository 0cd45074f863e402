package io.r1reward.examples.bench;

import io.r1reward.core.generate.Prompt;
import io.r1reward.core.generate.VisionInput;
import io.r1reward.core.model.ModelConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The vision tower over a small picture and one of the size that is asked for: what a picture takes
 * to the first token beyond a text of the same length.
 */
final class PictureWork {
  /** 1,024 patches of 14 pixels. */
  private static final long SMALL = 448 * 448;

  private record Case(long pixels, Prompt prompt, Timings picture, Timings text) {
    double seconds() {
      return Math.max(picture.median() - text.median(), 1e-9);
    }

    VisionInput input() {
      return prompt.vision().get(0);
    }

    int patches() {
      return input().patchCount();
    }
  }

  private final ModelConfig config;
  private final List<Case> cases = new ArrayList<>(); // the small one first

  /** Adds the turns of both sizes, or of one where the picture is as small. */
  PictureWork(ModelConfig config, long pixels, EngineWork work, Rounds rounds) {
    this.config = config;
    AtomicLong pictures = new AtomicLong(); // a picture that was there before is not encoded again
    for (long size : new TreeSet<>(List.of(Math.min(SMALL, pixels), pixels))) {
      Prompt picture = Prompts.picture(config, size, 0);
      Prompt text = Prompts.text(config, picture.length());
      cases.add(
          new Case(
              size,
              picture,
              rounds.add(
                  "picture of %d pixels".formatted(size),
                  times ->
                      work.prefill(
                          Prompts.picture(config, size, pictures.incrementAndGet()), times)),
              rounds.add("text as long as that picture", times -> work.prefill(text, times))));
    }
  }

  private Case large() {
    return cases.get(cases.size() - 1);
  }

  /** The seconds of the tower over the picture that was asked for. */
  double seconds() {
    return large().seconds();
  }

  /** The seconds to a first token behind a text that is as long as that picture. */
  double textSeconds() {
    return large().text().median();
  }

  void report(Report report) {
    for (Case one : cases) {
      VisionFlops flops = VisionFlops.of(config, one.input().gridH(), one.input().gridW());
      Report.Values row =
          report
              .row("picture")
              .put("pixels", one.pixels())
              .put("patches", one.patches())
              .put("prompt_tokens", one.prompt().length())
              .put("first_token_ms", one.picture().median() * 1e3)
              .put("of_text_ms", one.text().median() * 1e3)
              .put("vision_tower_ms", one.seconds() * 1e3)
              .put("tower_gflop", flops.all() / 1e9)
              .put("gflop_per_s", flops.all() / one.seconds() / 1e9)
              .put("attention_of_gflop", flops.attention() / flops.all());
      if (cases.size() > 1) {
        row.put("attention_of_time", attentionShare(one));
      }
    }
  }

  /**
   * The share of the time that grows with the square of the patches, from both sizes: attention
   * over the whole picture.
   */
  private double attentionShare(Case one) {
    Case small = cases.get(0);
    Case large = large();
    return attentionShare(
        small.patches(), small.seconds(), large.patches(), large.seconds(), one.patches());
  }

  /** Where seconds are {@code a n + b n^2} patches: the share of the square at {@code n}. */
  static double attentionShare(
      double small, double smallSeconds, double large, double largeSeconds, double n) {
    double b = (largeSeconds / large - smallSeconds / small) / (large - small);
    double a = smallSeconds / small - b * small;
    double share = b * n / (a + b * n);
    return Math.min(1, Math.max(0, share));
  }
}
