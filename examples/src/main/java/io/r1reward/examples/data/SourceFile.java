package io.r1reward.examples.data;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.r1reward.core.machine.FileNames;
import io.r1reward.train.data.MediaPaths;
import io.r1reward.train.data.PreferenceSample;
import io.r1reward.train.data.SampleFormats;
import io.r1reward.train.data.layout.Converted;
import io.r1reward.train.data.layout.DatasetLayout;
import io.r1reward.train.data.layout.DropReason;
import io.r1reward.train.data.layout.PictureStore;
import io.r1reward.train.data.table.RecordReader;
import io.r1reward.train.data.table.Records;
import io.r1reward.train.data.table.TableRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Reads the pairs of an input.
 *
 * @param file any format that {@link Records} opens
 * @param layout what its fields mean
 * @param imageRoot where relative paths of pictures start
 * @param incoming holds the pictures of the record that is read, and no longer
 */
record SourceFile(Path file, DatasetLayout layout, Path imageRoot, PictureStore incoming) {

  /** Hears of every record. */
  interface Listener {

    /** Takes a pair whose pictures are there until this returns. */
    void pair(String place, PreferenceSample sample) throws IOException;

    /** Hears of a record that gives none. */
    void dropped(String place, String reason, String message) throws IOException;
  }

  /** Reads all records; returns how many there are. */
  long read(Listener listener) throws IOException {
    String name = String.valueOf(file.getFileName());
    MediaPaths media = this::resolve;
    long count = 0;
    try (RecordReader records = Records.open(file)) {
      for (TableRow row = records.next(); row != null; row = records.next()) {
        count++;
        if (row.value() == null) {
          listener.dropped(
              row.place(), DropReason.BROKEN_RECORD.code(), String.valueOf(row.problem()));
          continue;
        }
        Converted converted = layout.convert(row.fields(), name + "#" + row.number(), incoming);
        for (ObjectNode pair : converted.pairs()) {
          PreferenceSample sample = SampleFormats.pairs().read(pair, row.number(), media);
          listener.pair(
              row.place(),
              sample.attributes().containsKey("source") ? sample : sample.with("source", name));
        }
        Converted.Drop drop = converted.drop();
        if (drop != null) {
          listener.dropped(row.place(), drop.reason().code(), drop.message());
        }
        clear(folder());
      }
    }
    return count;
  }

  private Path folder() {
    return incoming.root().resolve(incoming.folder());
  }

  private Path resolve(String path) {
    return path.startsWith(incoming.folder() + "/")
        ? FileNames.resolve(incoming.root(), path)
        : FileNames.resolve(imageRoot, path);
  }

  /** Removes what a run that was stopped has left, or a record that is done. */
  static void clear(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path one : files.toList()) {
        Files.delete(one);
      }
    }
    Files.delete(folder);
  }

  /** Returns where relative paths of a file's pictures start unless something else is said. */
  static Path folderOf(Path file) {
    return Objects.requireNonNullElse(file.toAbsolutePath().getParent(), file);
  }
}
