package io.r1reward.examples;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.r1reward.Image;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * The demonstration judge in the jar: a Qwen2.5-VL of two million weights that knows pictures of
 * coloured shapes, digits and bars, trained by the {@code train} command. Unpacked into a temporary
 * folder while it is open. Not thread-safe.
 */
public final class EmbeddedJudge implements AutoCloseable {
  private static final String PLACE = "/demonstration-judge/";
  private static final String PICTURE = "/scene.png";

  /** The checkpoint's files. */
  static final List<String> FILES =
      List.of(
          "config.json",
          "generation_config.json",
          "preprocessor_config.json",
          "tokenizer.json",
          "tokenizer_config.json",
          "chat_template.json",
          "model.safetensors");

  private final Path folder;

  private EmbeddedJudge(Path folder) {
    this.folder = folder;
  }

  /**
   * Unpacks the checkpoint.
   *
   * @throws IOException if the temporary folder cannot be made or written
   */
  public static EmbeddedJudge unpack() throws IOException {
    EmbeddedJudge judge = new EmbeddedJudge(Files.createTempDirectory("r1reward-judge"));
    try {
      copyTo(judge.folder);
      return judge;
    } catch (IOException e) {
      judge.close();
      throw e;
    }
  }

  /** Copies the checkpoint into a folder; files of the same names are replaced. */
  public static void copyTo(Path folder) throws IOException {
    for (String file : FILES) {
      try (InputStream stream = EmbeddedJudge.class.getResourceAsStream(PLACE + file)) {
        if (stream == null) {
          throw new IOException(PLACE + file + " is missing from the jar");
        }
        Files.copy(stream, folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  /**
   * Reads the picture in the jar: a chart of four bars, blue two high, yellow four, orange and
   * green one.
   *
   * @throws IOException if the jar is damaged
   */
  public static Image picture() throws IOException {
    try (InputStream stream = EmbeddedJudge.class.getResourceAsStream(PICTURE)) {
      if (stream == null) {
        throw new IOException(PICTURE + " is missing from the jar");
      }
      return Image.of(stream);
    }
  }

  /** A Hugging Face checkpoint folder, until {@link #close}. */
  public Path folder() {
    return folder;
  }

  /** Deletes the folder; a file that the system still holds goes when the program ends. */
  @Override
  public void close() {
    try {
      MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE);
    } catch (IOException e) {
      FILES.forEach(file -> folder.resolve(file).toFile().deleteOnExit());
    }
  }
}
