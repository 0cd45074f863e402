package io.r1reward.train.data.layout;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.Maps;
import io.r1reward.InvalidInputException;
import io.r1reward.train.data.table.RecordReader;
import io.r1reward.train.data.table.Records;
import io.r1reward.train.data.table.TableRow;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns the records of a file into lines of pairs, one record at a time, and counts those that give
 * none. Not thread-safe.
 */
public final class LayoutConversion implements Closeable {

  /**
   * Records dropped for one reason.
   *
   * @param count how many
   * @param first place and message of the first one
   */
  public record Dropped(long count, String first) {}

  private final RecordReader records;
  private final String name;
  private final PictureStore pictures;
  private final Map<DropReason, Dropped> drops = new EnumMap<>(DropReason.class);
  private final Deque<ObjectNode> ready = new ArrayDeque<>();
  private @Nullable DatasetLayout layout;
  private long read;
  private long pairs;

  /**
   * Converts what a reader gives.
   *
   * @param records closed with this
   * @param name a record without an id gets this, a number sign and its number
   * @param layout null to tell it by the first record that can be read
   * @param pictures where pictures that stand in records go
   */
  public LayoutConversion(
      RecordReader records, String name, @Nullable DatasetLayout layout, PictureStore pictures) {
    this.records = records;
    this.name = name;
    this.layout = layout;
    this.pictures = pictures;
  }

  /**
   * Opens a file of any format that {@link Records} reads.
   *
   * @param layout null to tell it by the first record that can be read
   * @param pictures where pictures that stand in records go
   * @throws InvalidInputException if the file's format is not known
   * @throws IOException if it cannot be read
   */
  public static LayoutConversion open(
      Path file, @Nullable DatasetLayout layout, PictureStore pictures) throws IOException {
    return new LayoutConversion(
        Records.open(file), String.valueOf(file.getFileName()), layout, pictures);
  }

  /**
   * Returns the next pair, null at the end.
   *
   * @throws InvalidInputException if the layout cannot be told, or the file is broken so that
   *     nothing behind can be read; the message names the place
   * @throws IOException if reading, or writing a picture, fails
   */
  public @Nullable ObjectNode next() throws IOException {
    while (ready.isEmpty()) {
      TableRow row = records.next();
      if (row == null) {
        return null;
      }
      read++;
      convert(row);
    }
    pairs++;
    return ready.remove();
  }

  private void convert(TableRow row) throws IOException {
    if (row.value() == null) {
      drop(DropReason.BROKEN_RECORD, row, String.valueOf(row.problem()));
      return;
    }
    Converted converted = layout(row).convert(row.fields(), name + "#" + row.number(), pictures);
    ready.addAll(converted.pairs());
    Converted.Drop drop = converted.drop();
    if (drop != null) {
      drop(drop.reason(), row, drop.message());
    }
  }

  private DatasetLayout layout(TableRow row) {
    if (layout == null) {
      try {
        layout = DatasetLayout.detect(row.fields());
      } catch (InvalidInputException e) {
        throw new InvalidInputException(row.place() + ": " + e.getMessage(), e);
      }
    }
    return layout;
  }

  private void drop(DropReason reason, TableRow row, String message) {
    drops.merge(
        reason,
        new Dropped(1, row.place() + ": " + message),
        (before, now) -> new Dropped(before.count + 1, before.first));
  }

  /** Returns the layout, null where it is to be told and no record was read yet. */
  public @Nullable DatasetLayout layout() {
    return layout;
  }

  /** Returns how many records were read so far, those that were dropped included. */
  public long records() {
    return read;
  }

  /** Returns how many pairs were given so far. */
  public long pairs() {
    return pairs;
  }

  /** Returns what was dropped so far. */
  public Map<DropReason, Dropped> drops() {
    return Maps.immutableEnumMap(drops);
  }

  @Override
  public void close() throws IOException {
    records.close();
  }
}
