package io.r1reward.core.text;

import static java.util.Objects.requireNonNull;

import io.r1reward.Image;
import io.r1reward.Media;
import io.r1reward.core.generate.VisionInput;

/** A part of a message: text, or the place of a picture or video. */
public sealed interface Part {

  /** The place of a picture. */
  Part IMAGE = new Vision(VisionInput.Kind.IMAGE);

  /** The place of a video. */
  Part VIDEO = new Vision(VisionInput.Kind.VIDEO);

  /** The place of a medium. */
  static Part of(Media medium) {
    return medium instanceof Image ? IMAGE : VIDEO;
  }

  /** Some text. */
  static Part text(String text) {
    return new Text(text);
  }

  /**
   * Text; control-token strings in it are plain characters.
   *
   * @param text may be empty
   */
  record Text(String text) implements Part {
    /** Checks that there is a text. */
    public Text {
      requireNonNull(text, "text");
    }
  }

  /**
   * The place of a picture or video, whose patches are handed to {@link PromptEncoder#encode} in
   * the order of these places.
   *
   * @param kind what stands there
   */
  record Vision(VisionInput.Kind kind) implements Part {
    /** Checks that there is a kind. */
    public Vision {
      requireNonNull(kind, "kind");
    }
  }
}
