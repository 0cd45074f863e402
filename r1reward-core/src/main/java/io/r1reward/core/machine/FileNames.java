package io.r1reward.core.machine;

import io.r1reward.InvalidInputException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Makes paths of what a user wrote. Stateless. */
public final class FileNames {

  private FileNames() {}

  /**
   * Resolves what a user wrote against a folder.
   *
   * @throws InvalidInputException if the text is no file name for this JVM; says why
   */
  public static Path resolve(Path folder, String text) {
    try {
      return folder.resolve(text);
    } catch (InvalidPathException e) {
      throw new InvalidInputException(refusal(text, e), e);
    }
  }

  /** Says why a text is no file name: often it is that the JVM runs without a UTF-8 locale. */
  public static String refusal(String text, InvalidPathException failure) {
    String encoding = System.getProperty("sun.jnu.encoding", StandardCharsets.UTF_8.name());
    String problem = "'" + text + "' is no file name here (" + failure.getReason() + ")";
    return isEncodable(text, encoding)
        ? problem
        : problem
            + ": the JVM's encoding of file names is "
            + encoding
            + ", which lacks some of its characters; set LC_ALL=C.UTF-8 before the JVM starts";
  }

  private static boolean isEncodable(String text, String encoding) {
    try {
      return Charset.forName(encoding).newEncoder().canEncode(text);
    } catch (IllegalArgumentException | UnsupportedOperationException e) {
      return true; // an encoding that cannot be asked explains nothing
    }
  }
}
