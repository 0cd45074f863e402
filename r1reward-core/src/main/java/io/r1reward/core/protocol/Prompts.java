package io.r1reward.core.protocol;

import com.google.common.collect.ImmutableList;
import io.r1reward.Image;
import io.r1reward.Media;
import io.r1reward.PreferencePair;
import io.r1reward.core.text.Message;
import io.r1reward.core.text.Part;

/** Shapes of user turns that several protocols share. */
final class Prompts {

  private Prompts() {}

  /** A user's turn with the pair's media, in order, and then a text. */
  static Message mediaThenText(PreferencePair pair, String text) {
    ImmutableList.Builder<Part> parts = ImmutableList.builder();
    for (Media item : pair.media()) {
      parts.add(item instanceof Image ? Part.IMAGE : Part.VIDEO);
    }
    return Message.user(parts.add(Part.text(text)).build());
  }
}
