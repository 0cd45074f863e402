package io.r1reward.train.data.table;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.r1reward.InvalidInputException;
import org.jspecify.annotations.Nullable;

/**
 * One record of a file, or what is wrong with it. The object is the caller's, to change as it
 * likes.
 *
 * @param number of the line, list element or row, from 1
 * @param place file and number, for messages
 * @param value the record, bytes as binary nodes; null where there is a problem
 * @param problem what is wrong with the record; null where nothing is
 */
public record TableRow(
    long number, String place, @Nullable ObjectNode value, @Nullable String problem) {

  /** Makes a record that could be read. */
  public static TableRow of(long number, String place, ObjectNode value) {
    return new TableRow(number, place, value, null);
  }

  /** Makes a record that could not. */
  public static TableRow broken(long number, String place, String problem) {
    return new TableRow(number, place, null, problem);
  }

  /**
   * Returns the record.
   *
   * @throws InvalidInputException if it could not be read; the message names the place
   */
  public ObjectNode fields() {
    if (value == null) {
      throw new InvalidInputException(place + ": " + problem);
    }
    return value;
  }
}
