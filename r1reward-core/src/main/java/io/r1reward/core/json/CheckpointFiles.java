package io.r1reward.core.json;

/** Names of the JSON and template files of a checkpoint folder, in all releases. Stateless. */
public final class CheckpointFiles {
  /** Settings of the model. */
  public static final String CONFIG = "config.json";

  /** Settings of decoding. */
  public static final String GENERATION = "generation_config.json";

  /** Settings of pictures. */
  public static final String PREPROCESSOR = "preprocessor_config.json";

  /** Settings of videos, since release 4.52 of the public implementation. */
  public static final String VIDEO_PREPROCESSOR = "video_preprocessor_config.json";

  /** Settings of both, since its release 5. */
  public static final String PROCESSOR = "processor_config.json";

  /** What {@code tokenizer.json} does not say. */
  public static final String TOKENIZER_CONFIG = "tokenizer_config.json";

  /** The chat template, in a file of its own since release 4.51. */
  public static final String CHAT_TEMPLATE = "chat_template.jinja";

  /** The chat template of earlier releases. */
  public static final String OLD_CHAT_TEMPLATE = "chat_template.json";

  private CheckpointFiles() {}
}
