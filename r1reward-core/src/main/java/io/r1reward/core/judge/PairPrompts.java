package io.r1reward.core.judge;

import com.google.common.collect.ImmutableList;
import io.r1reward.InvalidInputException;
import io.r1reward.Media;
import io.r1reward.MediaFetcher;
import io.r1reward.Order;
import io.r1reward.PreferencePair;
import io.r1reward.core.checkpoint.Checkpoint;
import io.r1reward.core.checkpoint.GenerationConfig;
import io.r1reward.core.generate.BatchingGenerator;
import io.r1reward.core.generate.DecoderEngine;
import io.r1reward.core.generate.Generator;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.generate.VisionInput;
import io.r1reward.core.json.CheckpointFiles;
import io.r1reward.core.media.MediaLimits;
import io.r1reward.core.media.PixelLimit;
import io.r1reward.core.media.PreprocessorConfig;
import io.r1reward.core.media.VisionProcessor;
import io.r1reward.core.model.ModelConfig;
import io.r1reward.core.protocol.JudgeProtocol;
import io.r1reward.core.protocol.Protocols;
import io.r1reward.core.text.ChatTemplate;
import io.r1reward.core.text.PromptEncoder;
import io.r1reward.core.text.Tokenizer;
import io.r1reward.spi.ModelSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Everything of a checkpoint folder but its weights: tokenizer, chat template, settings of decoding
 * and of pictures. Writes pairs as the prompts that the judge is asked, the same whether it is
 * opened to score, trained, or only looked at. Thread-safe. Holds native memory until {@link
 * #close}.
 */
public final class PairPrompts implements AutoCloseable {
  private final Tokenizer tokenizer;
  private final JudgeProtocol protocol;
  private final ChatTemplate template;
  private final PromptEncoder encoder;
  private final GenerationConfig generation;
  private final VisionProcessor vision;
  private final SharedMedia media;
  private final long maxPixels;
  private final int mergeSize;
  private final int hiddenSize;

  private PairPrompts(
      Path folder,
      JudgeProtocol protocol,
      PreprocessorConfig preprocessor,
      long maxPixels,
      MediaLimits limits,
      @Nullable MediaFetcher fetcher) {
    ModelConfig config = ModelConfig.read(folder.resolve(CheckpointFiles.CONFIG));
    Checkpoint.checkPatches(folder, config.vision(), preprocessor);
    this.protocol = protocol;
    this.hiddenSize = config.text().hiddenSize();
    this.generation = GenerationConfig.read(folder.resolve(CheckpointFiles.GENERATION), config);
    this.maxPixels = maxPixels;
    this.mergeSize = preprocessor.mergeSize();
    this.vision =
        VisionProcessor.builder(preprocessor)
            .rule(config.family().visionRule())
            .maxPixels(maxPixels)
            .limits(limits)
            .videoRange(PreprocessorConfig.videoRange(folder))
            .fetcher(fetcher)
            .build();
    this.media = new SharedMedia(vision::process);
    this.template = config.family().chatTemplate().comparedWith(folder);
    this.tokenizer = Tokenizer.load(folder, protocol.markers());
    try {
      this.encoder = new PromptEncoder(tokenizer, template, preprocessor.mergeSize());
    } catch (RuntimeException | Error e) {
      tokenizer.close();
      throw e;
    }
  }

  /**
   * Opens a folder as a judge to be asked.
   *
   * @throws io.r1reward.CheckpointException if a file is missing, malformed or contradicts another
   * @throws InvalidInputException if a protocol option is wrong
   */
  public static PairPrompts open(Path folder, ModelSettings settings) {
    Integer maxPixels = settings.maxPixels();
    return open(
        folder,
        Protocols.fromOptions(settings.options()),
        maxPixels == null ? null : maxPixels.longValue(),
        ModelSettings.DEFAULT_MAX_PIXELS,
        MediaLimits.fromOptions(settings.options()),
        settings.mediaFetcher());
  }

  /**
   * Opens a folder as a judge to be trained.
   *
   * @param maxPixels larger pictures are made smaller; null for the protocol's limit, or else the
   *     checkpoint's
   * @param most limit where {@code maxPixels} is null and the checkpoint allows more
   * @param fetcher opens foreign URIs; null for none
   * @throws io.r1reward.CheckpointException if a file is missing, malformed or contradicts another
   */
  public static PairPrompts open(
      Path folder,
      JudgeProtocol protocol,
      @Nullable Long maxPixels,
      long most,
      @Nullable MediaFetcher fetcher) {
    return open(folder, protocol, maxPixels, most, MediaLimits.DEFAULT, fetcher);
  }

  private static PairPrompts open(
      Path folder,
      JudgeProtocol protocol,
      @Nullable Long maxPixels,
      long most,
      MediaLimits limits,
      @Nullable MediaFetcher fetcher) {
    PreprocessorConfig preprocessor = PreprocessorConfig.forCheckpoint(folder);
    Long wanted = maxPixels;
    if (wanted == null && protocol.maxPixels().isPresent()) {
      wanted = (long) protocol.maxPixels().getAsInt();
    }
    long limit = PixelLimit.of(wanted, preprocessor, most);
    return new PairPrompts(folder, protocol, preprocessor, limit, limits, fetcher);
  }

  /** Opens an engine and makes a model over it; this is closed where either fails. */
  <M> M serve(
      ModelSettings settings,
      Supplier<? extends DecoderEngine> engine,
      Function<? super Generator, M> maker) {
    try {
      Generator generator =
          BatchingGenerator.open(
              engine, settings.batchRows(), settings.queueCapacity(), settings.lookahead());
      try {
        return maker.apply(generator);
      } catch (RuntimeException | Error e) {
        generator.close();
        throw e;
      }
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /** Writes a pair. */
  public Prompt encode(PreferencePair pair, Order order) {
    return encoder.encode(protocol.messages(pair, order), media.process(pair.media()));
  }

  /**
   * Writes whole chats as a {@link ScalarRewardModel} reads them, one for each response: the
   * question and its media, the response as the model's turn, and nothing behind it.
   */
  public List<Prompt> chats(String question, List<Media> pictures, List<String> responses) {
    PromptEncoder closing = closingEncoder();
    ImmutableList<VisionInput> inputs = media.process(pictures);
    return ScalarRewardModel.chats(question, pictures, responses).stream()
        .map(chat -> closing.encode(chat, inputs))
        .collect(ImmutableList.toImmutableList());
  }

  /** Returns the tokenizer, which is closed with this. */
  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** Returns how the judge is asked and understood. */
  public JudgeProtocol protocol() {
    return protocol;
  }

  /** Returns what the folder says of decoding. */
  public GenerationConfig generation() {
    return generation;
  }

  /** Returns the pixels above which pictures are made smaller. */
  public long maxPixels() {
    return maxPixels;
  }

  /** Returns the size of a hidden state. */
  int hiddenSize() {
    return hiddenSize;
  }

  PromptEncoder encoder() {
    return encoder;
  }

  /** An encoder that leaves out the opening of the model's turn. */
  PromptEncoder closingEncoder() {
    return new PromptEncoder(tokenizer, template.withGenerationPrompt(false), mergeSize);
  }

  VisionProcessor vision() {
    return vision;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
