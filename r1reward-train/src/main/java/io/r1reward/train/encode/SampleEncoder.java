package io.r1reward.train.encode;

import com.google.common.collect.ImmutableSet;
import io.r1reward.InvalidInputException;
import io.r1reward.Media;
import io.r1reward.PreferencePair;
import io.r1reward.core.checkpoint.GenerationConfig;
import io.r1reward.core.checkpoint.ModelConfig;
import io.r1reward.core.checkpoint.PreprocessorConfig;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.generate.VisionInput;
import io.r1reward.core.media.VisionProcessor;
import io.r1reward.core.protocol.JudgeProtocol;
import io.r1reward.core.protocol.Verdict;
import io.r1reward.core.text.PromptEncoder;
import io.r1reward.core.text.Tokenizer;
import io.r1reward.train.data.PreferenceSample;
import io.r1reward.train.model.TrainingRow;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Encodes samples for one checkpoint and reads its completions. Thread-safe. Holds native memory
 * until {@link #close}.
 */
public final class SampleEncoder implements AutoCloseable {
  /** Most pixels of a picture in the paper's training and benchmarks. */
  public static final long TRAINING_MAX_PIXELS = 501_760;

  private static final String END_OF_TURN = "<|im_end|>";

  private final Tokenizer tokenizer;
  private final PromptEncoder prompts;
  private final VisionProcessor vision;
  private final JudgeProtocol protocol;
  private final ImmutableSet<Integer> endTokens;
  private final int endOfTurn;

  private SampleEncoder(Path checkpoint, JudgeProtocol protocol, long maxPixels) {
    this.protocol = protocol;
    ModelConfig config = ModelConfig.read(checkpoint.resolve("config.json"));
    GenerationConfig generation =
        GenerationConfig.read(checkpoint.resolve("generation_config.json"), config);
    this.vision =
        VisionProcessor.builder(
                PreprocessorConfig.read(checkpoint.resolve("preprocessor_config.json")))
            .maxPixels(maxPixels)
            .build();
    this.tokenizer = Tokenizer.load(checkpoint);
    this.prompts = new PromptEncoder(tokenizer);
    this.endOfTurn = tokenizer.controlToken(END_OF_TURN);
    ImmutableSet.Builder<Integer> ends = ImmutableSet.builder();
    generation.eosTokenIds().forEach(ends::add);
    this.endTokens = ends.add(endOfTurn).build();
  }

  /**
   * Opens the tokenizer and configuration of a checkpoint folder.
   *
   * @param maxPixels larger pictures are made smaller
   */
  public static SampleEncoder open(Path checkpoint, JudgeProtocol protocol, long maxPixels) {
    return new SampleEncoder(checkpoint, protocol, maxPixels);
  }

  /** Returns the prompt that asks which response of a pair is better, as the judge gets it. */
  public Prompt prompt(PreferencePair pair) {
    List<VisionInput> inputs = new ArrayList<>();
    for (Media medium : pair.media()) {
      inputs.add(vision.process(medium));
    }
    return prompts.encode(protocol.messages(pair), inputs);
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
    int[] text = tokenizer.encode(judgement);
    int[] completion = Arrays.copyOf(text, text.length + 1);
    completion[text.length] = endOfTurn;
    return TrainingRow.of(prompt(sample.pair()), completion);
  }

  /** Returns the text of generated tokens, without control tokens. */
  public String text(int[] completion) {
    return tokenizer.decode(completion, true);
  }

  /** Returns what a completion's text says. */
  public Verdict read(String text) {
    return protocol.read(text);
  }

  /** Returns the ids that end a completion. */
  public ImmutableSet<Integer> endTokens() {
    return endTokens;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
