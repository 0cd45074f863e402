package io.r1reward.train.encode;

import com.google.common.collect.ImmutableSet;
import io.r1reward.InvalidInputException;
import io.r1reward.MediaFetcher;
import io.r1reward.Order;
import io.r1reward.PreferencePair;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.judge.PairPrompts;
import io.r1reward.core.protocol.JudgeProtocol;
import io.r1reward.core.protocol.Verdict;
import io.r1reward.train.data.PreferenceSample;
import io.r1reward.train.model.TrainingRow;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Encodes samples for one checkpoint and reads its completions. Thread-safe. Holds native memory
 * until {@link #close}.
 */
public final class SampleEncoder implements AutoCloseable {
  /** Most pixels of a picture in the paper's training and benchmarks. */
  public static final long TRAINING_MAX_PIXELS = 501_760;

  private static final String END_OF_TURN = "<|im_end|>";

  private final PairPrompts prompts;
  private final ImmutableSet<Integer> endTokens;
  private final int endOfTurn;

  private SampleEncoder(PairPrompts prompts) {
    this.prompts = prompts;
    this.endOfTurn = prompts.tokenizer().controlToken(END_OF_TURN);
    ImmutableSet.Builder<Integer> ends = ImmutableSet.builder();
    prompts.generation().eosTokenIds().forEach(ends::add);
    this.endTokens = ends.add(endOfTurn).build();
  }

  /**
   * Opens the tokenizer and configuration of a checkpoint folder.
   *
   * @param maxPixels larger pictures are made smaller; null for the checkpoint's limit, or {@link
   *     #TRAINING_MAX_PIXELS} where that is less
   * @param fetcher opens foreign URIs; null for none
   * @throws io.r1reward.CheckpointException if a file is missing, malformed or contradicts another
   */
  public static SampleEncoder open(
      Path checkpoint,
      JudgeProtocol protocol,
      @Nullable Long maxPixels,
      @Nullable MediaFetcher fetcher) {
    PairPrompts prompts =
        PairPrompts.open(checkpoint, protocol, maxPixels, TRAINING_MAX_PIXELS, fetcher);
    try {
      return new SampleEncoder(prompts);
    } catch (RuntimeException | Error e) {
      prompts.close();
      throw e;
    }
  }

  /** Opens a checkpoint folder with the default limit of pixels and without a fetcher. */
  public static SampleEncoder open(Path checkpoint, JudgeProtocol protocol) {
    return open(checkpoint, protocol, null, null);
  }

  /** Returns the prompt that asks which response of a pair is better, as the judge gets it. */
  public Prompt prompt(PreferencePair pair) {
    return prompts.encode(pair, Order.GIVEN);
  }

  /** Returns the pixels above which pictures are made smaller. */
  public long maxPixels() {
    return prompts.maxPixels();
  }

  /**
   * Returns the row that teaches a sample's judgement, end of turn included.
   *
   * @throws InvalidInputException if the sample has no attribute {@link PreferenceSample#JUDGEMENT}
   */
  public TrainingRow judgementRow(PreferenceSample sample) {
    String judgement = sample.attributes().get(PreferenceSample.JUDGEMENT);
    if (judgement == null) {
      throw new InvalidInputException(
          "sample " + sample.id() + " has no judgement to learn from (attribute \"judgement\")");
    }
    int[] text = prompts.tokenizer().encode(judgement);
    int[] completion = Arrays.copyOf(text, text.length + 1);
    completion[text.length] = endOfTurn;
    return TrainingRow.of(prompt(sample.pair()), completion);
  }

  /**
   * Returns the rows of a pair's whole chats, the same as those whose last token a scalar judge
   * reads: one for each response, none with targets.
   */
  public List<TrainingRow> chatRows(PreferencePair pair) {
    List<String> responses = List.of(pair.first(), pair.second());
    return prompts.chats(pair.question(), pair.media(), responses).stream()
        .map(chat -> TrainingRow.of(chat, new int[0]))
        .toList();
  }

  /** Returns the text of generated tokens, without control tokens. */
  public String text(int[] completion) {
    return prompts.tokenizer().decode(completion, true);
  }

  /** Returns what a completion's text says. */
  public Verdict read(String text) {
    return prompts.protocol().read(text);
  }

  /** Returns the ids that end a completion. */
  public ImmutableSet<Integer> endTokens() {
    return endTokens;
  }

  @Override
  public void close() {
    prompts.close();
  }
}
