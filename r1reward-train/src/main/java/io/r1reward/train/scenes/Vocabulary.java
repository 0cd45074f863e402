package io.r1reward.train.scenes;

import com.google.common.collect.ImmutableList;

/**
 * A byte-level BPE vocabulary. Immutable.
 *
 * @param tokens learned tokens in the byte alphabet; the index is the id
 * @param merges the two parts of every merge, in order of rank
 * @param phrases whole phrases that are one token each, behind the learned ones
 * @param controls control tokens, behind the phrases
 */
record Vocabulary(
    ImmutableList<String> tokens,
    ImmutableList<Merge> merges,
    ImmutableList<String> phrases,
    ImmutableList<String> controls) {

  /** The control tokens of Qwen2.5-VL, in the order of their published ids. */
  public static final ImmutableList<String> QWEN_CONTROLS =
      ImmutableList.of(
          "<|endoftext|>",
          "<|im_start|>",
          "<|im_end|>",
          "<|object_ref_start|>",
          "<|object_ref_end|>",
          "<|box_start|>",
          "<|box_end|>",
          "<|quad_start|>",
          "<|quad_end|>",
          "<|vision_start|>",
          "<|vision_end|>",
          "<|vision_pad|>",
          "<|image_pad|>",
          "<|video_pad|>");

  /**
   * Two tokens that become one.
   *
   * @param left the first
   * @param right the second
   */
  public record Merge(String left, String right) {}

  /** Returns the number of ids. */
  public int size() {
    return tokens.size() + phrases.size() + controls.size();
  }

  /** Returns the id of a control token; -1 if there is no such. */
  public int controlId(String control) {
    int at = controls.indexOf(control);
    return at < 0 ? -1 : tokens.size() + phrases.size() + at;
  }
}
