package io.r1reward.core.text;

import static java.util.Objects.requireNonNull;

import com.google.common.primitives.ImmutableIntArray;
import io.r1reward.CheckpointException;
import io.r1reward.InvalidInputException;
import io.r1reward.PromptTooLongException;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.generate.VisionInput;
import java.util.List;

/**
 * Turns messages and preprocessed media into a {@link Prompt}: template, token ids, and one
 * placeholder token for every merged block of patches.
 *
 * <p>Thread-safe. Does not own its tokenizer.
 */
public final class PromptEncoder {
  private final Tokenizer tokenizer;
  private final ChatTemplate template;
  private final int mergeSize;

  /**
   * An encoder.
   *
   * @param tokenizer the checkpoint's; stays open as long as this encoder is used
   * @param template how messages are written
   * @param mergeSize side of the block of patches that becomes one token ({@code
   *     spatial_merge_size}, 2 in every published checkpoint)
   * @throws CheckpointException if the tokenizer lacks a control token of the template
   */
  public PromptEncoder(Tokenizer tokenizer, ChatTemplate template, int mergeSize) {
    this.tokenizer = requireNonNull(tokenizer, "tokenizer");
    this.template = requireNonNull(template, "template");
    if (mergeSize < 1) {
      throw new InvalidInputException("mergeSize must be at least 1, got " + mergeSize);
    }
    this.mergeSize = mergeSize;
    ChatTemplate.CONTROL_TOKENS.forEach(tokenizer::controlToken);
  }

  /**
   * Encodes a chat.
   *
   * @param messages the chat
   * @param vision patches of its pictures and videos, in the order of their places in the messages
   * @throws InvalidInputException if the media are not those that the messages have places for, or
   *     a grid is no multiple of the merge size
   */
  public Prompt encode(List<Message> messages, List<VisionInput> vision) {
    ImmutableIntArray.Builder ids = ImmutableIntArray.builder();
    int next = 0;
    int steps = 0;
    for (Segment segment : template.place(template.render(messages), vision)) {
      if (segment instanceof Segment.Text) {
        ids.addAll(tokenizer.encode(segment.text()));
        continue;
      }
      int id = tokenizer.controlToken(segment.text());
      int repeat = 1;
      if (isPlaceholder(segment)) {
        VisionInput medium = medium(vision, next, segment);
        repeat = tokenCount(medium, next);
        if (!template.writesTimes()) {
          next++;
        } else {
          repeat /= medium.gridT(); // one time step
          if (++steps == medium.gridT()) {
            next++;
            steps = 0;
          }
        }
      }
      for (int i = 0; i < repeat; i++) {
        ids.add(id);
      }
    }
    if (next != vision.size()) {
      throw new InvalidInputException(
          "the messages have places for " + next + " media, got " + vision.size());
    }
    return Prompt.of(ids.build().toArray(), vision);
  }

  /**
   * Refuses a chat whose text alone cannot fit the context, before media are read and the text is
   * tokenised, which takes seconds where it is long. Never refuses what would fit; what passes may
   * still turn out to be too long.
   *
   * @param contextLength most tokens of prompt and completion together
   * @throws PromptTooLongException if the text certainly leaves no room for a completion
   */
  public void requireRoom(List<Message> messages, int contextLength) {
    long characters = 0;
    long tokens = 0;
    for (Segment segment : template.render(messages)) {
      boolean text = segment instanceof Segment.Text;
      characters += text ? segment.text().length() : 0;
      tokens += text ? tokenizer.leastTokens(segment.text()) : 1;
    }
    if (tokens >= contextLength) {
      throw new PromptTooLongException(
          String.format(
              "a prompt of %d characters has at least %d tokens, which leaves no room in a context"
                  + " of %d tokens",
              characters, tokens, contextLength));
    }
  }

  private static boolean isPlaceholder(Segment segment) {
    return segment.text().equals(ChatTemplate.IMAGE_PAD)
        || segment.text().equals(ChatTemplate.VIDEO_PAD);
  }

  private static VisionInput medium(List<VisionInput> vision, int index, Segment placeholder) {
    if (index >= vision.size()) {
      throw new InvalidInputException(
          "the messages have places for more media than the " + vision.size() + " given");
    }
    VisionInput medium = vision.get(index);
    if (!ChatTemplate.placeholder(medium.kind()).equals(placeholder.text())) {
      throw new InvalidInputException(
          "medium "
              + index
              + " is a "
              + medium.kind()
              + ", its place is for "
              + placeholder.text());
    }
    return medium;
  }

  /** Patches are merged in blocks of {@code mergeSize x mergeSize}; each block is one token. */
  private int tokenCount(VisionInput medium, int index) {
    if (medium.gridH() % mergeSize != 0 || medium.gridW() % mergeSize != 0) {
      throw new InvalidInputException(
          String.format(
              "medium %d has a grid of %d x %d patches, not a multiple of the merge size %d",
              index, medium.gridH(), medium.gridW(), mergeSize));
    }
    return medium.patchCount() / (mergeSize * mergeSize);
  }
}
