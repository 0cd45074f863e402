package io.r1reward.core.text;

/**
 * A piece of a rendered chat. Segments keep what the template wrote apart from what a user wrote:
 * only a {@link Control} becomes a control token, whatever the characters of a {@link Text} are.
 */
public sealed interface Segment {

  /** Returns the characters of this piece. */
  String text();

  /**
   * Plain text, of the template and of messages alike.
   *
   * @param text not empty
   */
  record Text(String text) implements Segment {}

  /**
   * One control token.
   *
   * @param text the token's text, such as {@code <|im_start|>}
   */
  record Control(String text) implements Segment {}
}
