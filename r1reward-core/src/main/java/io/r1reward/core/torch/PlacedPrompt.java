package io.r1reward.core.torch;

import io.r1reward.core.generate.Prompt;
import io.r1reward.core.model.MediaSpans;
import io.r1reward.core.model.RopeIndex;

/** A prompt with what the decoder has to know of it: where media stand, and positions. */
record PlacedPrompt(Prompt prompt, MediaSpans spans, RopeIndex rope) {

  /** Finds places and positions. */
  static PlacedPrompt of(Prompt prompt, RopeIndex.Settings settings) {
    return of(prompt, MediaSpans.of(prompt, settings), settings);
  }

  /** Finds positions, where it is known where media stand. */
  static PlacedPrompt of(Prompt prompt, MediaSpans spans, RopeIndex.Settings settings) {
    return new PlacedPrompt(prompt, spans, RopeIndex.of(prompt.length(), spans, settings));
  }
}
