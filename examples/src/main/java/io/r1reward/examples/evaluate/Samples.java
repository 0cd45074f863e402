package io.r1reward.examples.evaluate;

import com.google.common.collect.AbstractIterator;
import com.google.common.collect.ImmutableList;
import io.r1reward.InvalidInputException;
import io.r1reward.examples.results.InputDigest;
import io.r1reward.train.data.MediaPaths;
import io.r1reward.train.data.PreferenceSample;
import io.r1reward.train.data.SampleFormat;
import io.r1reward.train.data.table.RecordReader;
import io.r1reward.train.data.table.Records;
import io.r1reward.train.data.table.TableRow;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The pairs of a benchmark file of any format that {@link Records} opens, up to a limit. Not
 * thread-safe.
 */
final class Samples extends AbstractIterator<PreferenceSample> implements Closeable {
  private final RecordReader rows;
  private final SampleFormat format;
  private final MediaPaths media;
  private final long limit;
  private long given;

  private Samples(RecordReader rows, SampleFormat format, MediaPaths media, long limit) {
    this.rows = rows;
    this.format = format;
    this.media = media;
    this.limit = limit;
  }

  static Samples open(Path file, SampleFormat format, Path imageRoot, long limit)
      throws IOException {
    return new Samples(Records.open(file), format, MediaPaths.under(imageRoot), limit);
  }

  /** Digests all pairs. */
  static ImmutableList<InputDigest> digests(
      Path file, SampleFormat format, Path imageRoot, long limit) throws IOException {
    ImmutableList.Builder<InputDigest> digests = ImmutableList.builder();
    try (Samples samples = open(file, format, imageRoot, limit)) {
      TableRow row;
      while ((row = samples.row()) != null) {
        PreferenceSample sample = samples.sample(row);
        String id = row.fields().path("id").toString();
        digests.add(
            InputDigest.of(
                row.number(),
                id.isEmpty() ? "null" : id,
                row.fields().toString(),
                sample.pair().media()));
      }
    }
    return digests.build();
  }

  private @Nullable TableRow row() throws IOException {
    TableRow row = given < limit ? rows.next() : null;
    given++;
    return row;
  }

  private PreferenceSample sample(TableRow row) {
    try {
      return format.read(row.fields(), row.number(), media);
    } catch (InvalidInputException e) {
      throw row.value() == null
          ? e
          : new InvalidInputException(row.place() + ": " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException(row.place() + ": " + e.getMessage(), e);
    }
  }

  @Override
  protected @Nullable PreferenceSample computeNext() {
    try {
      TableRow row = row();
      return row == null ? endOfData() : sample(row);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }
}
