package io.r1reward.core.checkpoint;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.r1reward.CheckpointException;
import io.r1reward.core.json.CheckpointFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The small files of a checkpoint folder that a judge needs beside its weights, in whatever release
 * of the public implementation wrote them, and the licence they came with. Whoever makes a folder
 * out of another one, the trainer or an exporter, takes these. Stateless.
 */
public final class Companions {
  private static final ImmutableSet<String> NAMES =
      ImmutableSet.of(
          CheckpointFiles.CONFIG,
          CheckpointFiles.GENERATION,
          CheckpointFiles.PREPROCESSOR,
          CheckpointFiles.VIDEO_PREPROCESSOR,
          CheckpointFiles.PROCESSOR,
          CheckpointFiles.CHAT_TEMPLATE,
          CheckpointFiles.OLD_CHAT_TEMPLATE,
          CheckpointFiles.TOKENIZER_CONFIG,
          "tokenizer.json",
          "vocab.json",
          "merges.txt",
          "added_tokens.json",
          "special_tokens_map.json");

  private Companions() {}

  /**
   * Returns the companions in a folder, by name; unmodifiable.
   *
   * @throws CheckpointException if the folder cannot be listed
   */
  public static List<Path> in(Path folder) {
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
