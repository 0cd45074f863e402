package io.r1reward.core.text;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * One turn of a chat. Immutable.
 *
 * @param role who speaks: {@code system}, {@code user}, {@code assistant} or {@code tool}
 * @param parts what is said and shown, in order; may be empty; unmodifiable
 */
public record Message(String role, List<Part> parts) {

  /** Checks that nothing is null. */
  public Message {
    requireNonNull(role, "role");
    parts = List.copyOf(requireNonNull(parts, "parts"));
  }

  /** A system prompt, in place of the template's default. */
  public static Message system(String text) {
    return of("system", List.of(Part.text(text)));
  }

  /** A user's turn of text alone. */
  public static Message user(String text) {
    return of("user", List.of(Part.text(text)));
  }

  /** A user's turn. */
  public static Message user(List<Part> parts) {
    return of("user", parts);
  }

  /** A turn of the model. */
  public static Message assistant(String text) {
    return of("assistant", List.of(Part.text(text)));
  }

  /** A turn of any role. */
  public static Message of(String role, List<Part> parts) {
    return new Message(role, parts);
  }
}
