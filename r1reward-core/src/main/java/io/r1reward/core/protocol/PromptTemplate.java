package io.r1reward.core.protocol;

import com.google.common.collect.ImmutableList;
import io.r1reward.InvalidInputException;
import io.r1reward.Media;
import io.r1reward.core.text.Message;
import io.r1reward.core.text.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A user's turn with places, such as {@code {question}}. They are filled in one pass: braces in
 * what is filled in stay as they are. The media stand at {@code {media}}, or before the text where
 * there is no such place. Immutable and thread-safe.
 */
final class PromptTemplate {
  private static final String MEDIA = "{media}";

  /** Texts and places, in order. */
  private final ImmutableList<String> pieces;

  private final @Nullable String systemPrompt;

  private PromptTemplate(ImmutableList<String> pieces, @Nullable String systemPrompt) {
    this.pieces = pieces;
    this.systemPrompt = systemPrompt;
  }

  /**
   * Reads a template.
   *
   * @param name for messages
   * @param places that have to occur, with their braces
   * @throws InvalidInputException if a place does not occur, or the media have two
   */
  static PromptTemplate of(
      String name, String template, List<String> places, @Nullable String systemPrompt) {
    List<String> pieces = new ArrayList<>();
    int done = 0;
    for (int i = template.indexOf('{'); i >= 0; i = template.indexOf('{', i + 1)) {
      String rest = template.substring(i, Math.min(template.length(), i + 16));
      String place =
          rest.startsWith(MEDIA)
              ? MEDIA
              : places.stream().filter(rest::startsWith).findFirst().orElse("");
      if (!place.isEmpty()) {
        pieces.add(template.substring(done, i));
        pieces.add(place);
        done = i + place.length();
      }
    }
    pieces.add(template.substring(done));
    for (String place : places) {
      if (!pieces.contains(place)) {
        throw new InvalidInputException("the " + name + " has no " + place);
      }
    }
    if (pieces.stream().filter(MEDIA::equals).count() > 1) {
      throw new InvalidInputException("the " + name + " has more than one " + MEDIA);
    }
    return new PromptTemplate(ImmutableList.copyOf(pieces), systemPrompt);
  }

  /** Fills the places. */
  ImmutableList<Message> fill(Map<String, String> values, List<Media> media) {
    ImmutableList.Builder<Part> parts = ImmutableList.builder();
    if (!pieces.contains(MEDIA)) {
      media.forEach(item -> parts.add(Part.of(item)));
    }
    StringBuilder text = new StringBuilder();
    for (String piece : pieces) {
      if (piece.equals(MEDIA)) {
        if (text.length() > 0) {
          parts.add(Part.text(text.toString()));
          text.setLength(0);
        }
        media.forEach(item -> parts.add(Part.of(item)));
      } else {
        text.append(values.getOrDefault(piece, piece));
      }
    }
    if (text.length() > 0) {
      parts.add(Part.text(text.toString()));
    }
    Message user = Message.user(parts.build());
    return systemPrompt == null
        ? ImmutableList.of(user)
        : ImmutableList.of(Message.system(systemPrompt), user);
  }
}
