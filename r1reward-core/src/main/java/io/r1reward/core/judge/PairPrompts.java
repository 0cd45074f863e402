package io.r1reward.core.judge;

import io.r1reward.Order;
import io.r1reward.PreferencePair;
import io.r1reward.core.checkpoint.PreprocessorConfig;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.media.PixelLimit;
import io.r1reward.core.media.VisionProcessor;
import io.r1reward.core.protocol.JudgeProtocol;
import io.r1reward.core.protocol.Protocols;
import io.r1reward.core.text.ChatTemplate;
import io.r1reward.core.text.PromptEncoder;
import io.r1reward.core.text.Tokenizer;
import io.r1reward.spi.ModelSettings;
import java.nio.file.Path;

/**
 * Writes pairs as the prompts that the judge in a checkpoint folder is asked, without opening an
 * engine. Thread-safe.
 */
public final class PairPrompts implements AutoCloseable {
  private final Tokenizer tokenizer;
  private final JudgeProtocol protocol;
  private final PromptEncoder encoder;
  private final SharedMedia media;

  private PairPrompts(
      Tokenizer tokenizer, JudgeProtocol protocol, PromptEncoder encoder, SharedMedia media) {
    this.tokenizer = tokenizer;
    this.protocol = protocol;
    this.encoder = encoder;
    this.media = media;
  }

  /**
   * Reads a folder's tokenizer, chat template and preprocessor settings.
   *
   * @throws io.r1reward.CheckpointException if a file is missing or malformed
   * @throws io.r1reward.InvalidInputException if a protocol option is wrong
   */
  public static PairPrompts open(Path folder, ModelSettings settings) {
    JudgeProtocol protocol = Protocols.fromOptions(settings.options());
    PreprocessorConfig preprocessor = PreprocessorConfig.forCheckpoint(folder);
    ChatTemplate template = ChatTemplate.forCheckpoint(folder);
    VisionProcessor vision =
        VisionProcessor.builder(preprocessor)
            .maxPixels(PixelLimit.of(settings.maxPixels(), preprocessor))
            .fetcher(settings.mediaFetcher())
            .build();
    Tokenizer tokenizer = Tokenizer.load(folder);
    try {
      return new PairPrompts(
          tokenizer,
          protocol,
          new PromptEncoder(tokenizer, template, preprocessor.mergeSize()),
          new SharedMedia(vision::process));
    } catch (RuntimeException | Error e) {
      tokenizer.close();
      throw e;
    }
  }

  /** Writes a pair. */
  public Prompt encode(PreferencePair pair, Order order) {
    return encoder.encode(protocol.messages(pair, order), media.process(pair.media()));
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
