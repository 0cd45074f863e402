package io.r1reward.core.checkpoint;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.r1reward.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The small files of a checkpoint folder that a judge needs beside its weights, in whatever release
 * of the public implementation wrote them, and the licence they came with. Whoever makes a folder
 * out of another one, the trainer or an exporter, takes these. Stateless.
 */
public final class Companions {
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

  private static final ImmutableSet<String> NAMES =
      ImmutableSet.of(
          CONFIG,
          GENERATION,
          PREPROCESSOR,
          VIDEO_PREPROCESSOR,
          PROCESSOR,
          CHAT_TEMPLATE,
          OLD_CHAT_TEMPLATE,
          TOKENIZER_CONFIG,
          "tokenizer.json",
          "vocab.json",
          "merges.txt",
          "added_tokens.json",
          "special_tokens_map.json");

  private Companions() {}

  /**
   * Returns the companions in a folder, by name.
   *
   * @throws CheckpointException if the folder cannot be listed
   */
  public static ImmutableList<Path> in(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> isCompanion(String.valueOf(file.getFileName())))
          .filter(Files::isRegularFile)
          .sorted()
          .collect(ImmutableList.toImmutableList());
    } catch (IOException e) {
      throw new CheckpointException(folder + ": cannot be read: " + e, e);
    }
  }

  private static boolean isCompanion(String name) {
    return NAMES.contains(name) || name.startsWith("LICENSE") || name.startsWith("NOTICE");
  }
}
