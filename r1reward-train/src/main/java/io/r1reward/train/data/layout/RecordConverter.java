package io.r1reward.train.data.layout;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.r1reward.InvalidInputException;
import java.io.IOException;
import java.util.List;

/** Turns a record into lines of pairs. Implementations are thread-safe. */
@FunctionalInterface
public interface RecordConverter {

  /**
   * Returns the pairs of a record, at least one. All of them carry one id, so that a split by id
   * keeps them together.
   *
   * @param record its fields
   * @param id the id of a record that has none
   * @param pictures takes pictures that stand in the record
   * @throws DroppedRecordException if it gives no pair
   * @throws InvalidInputException if a field holds something that cannot be used
   * @throws IOException if a picture cannot be written
   */
  List<ObjectNode> pairs(ObjectNode record, String id, PictureStore pictures) throws IOException;
}
