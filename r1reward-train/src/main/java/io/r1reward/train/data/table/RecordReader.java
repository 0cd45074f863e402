package io.r1reward.train.data.table;

import io.r1reward.InvalidInputException;
import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads a file's records one after the other, holding one at a time. Not thread-safe. */
public interface RecordReader extends Closeable {

  /**
   * Returns the next record, one that is broken included; null at the end.
   *
   * @throws InvalidInputException if the file is broken here so that nothing behind can be read;
   *     the message names file and place. The file is at its end then
   * @throws IOException if reading fails
   */
  @Nullable TableRow next() throws IOException;
}
