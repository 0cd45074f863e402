package io.r1reward.train.data.table;

import io.r1reward.InvalidInputException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A format of files of records. One on the class path is found through {@link
 * java.util.ServiceLoader} and asked before the built-in ones. Implementations are thread-safe.
 */
public interface RecordFormat {

  /** How many of a file's first bytes {@link #reads} is shown. */
  int HEAD_BYTES = 64;

  /**
   * Tells whether a file is of this format.
   *
   * @param file its name may tell
   * @param head its first bytes, fewer than {@link #HEAD_BYTES} where it is shorter
   */
  boolean reads(Path file, byte[] head);

  /**
   * Opens a file.
   *
   * @throws InvalidInputException if it is not of this format after all; the message names it
   * @throws IOException if reading fails
   */
  RecordReader open(Path file) throws IOException;
}
