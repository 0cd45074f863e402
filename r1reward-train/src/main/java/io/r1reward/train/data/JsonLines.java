package io.r1reward.train.data;

import com.fasterxml.jackson.databind.JsonNode;
import io.r1reward.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A JSON-lines file as a data set; read line by line, never whole. Immutable and thread-safe; every
 * method returns a changed copy. Empty lines are passed over.
 *
 * @param file the file, UTF-8
 * @param format how a line is read
 * @param media where pictures lie
 * @param badLines hears of lines that cannot be read and are left out; null means that the first
 *     one ends reading with an {@link InvalidInputException} that names file and line
 */
public record JsonLines(
    Path file, SampleFormat format, MediaPaths media, @Nullable BadLines badLines)
    implements PreferenceDataset {

  /** Hears of lines that cannot be read. */
  @FunctionalInterface
  public interface BadLines {
    /**
     * Hears of one line.
     *
     * @param lineNumber from 1
     * @param problem names file, line, field and value
     */
    void skipped(long lineNumber, InvalidInputException problem);
  }

  /** A file whose format is told by its fields, with media beside it. */
  public static JsonLines of(Path file) {
    Path folder = Objects.requireNonNullElse(file.toAbsolutePath().getParent(), file);
    return new JsonLines(file, SampleFormats.detect(), MediaPaths.under(folder), null);
  }

  /** Reads lines in a given format. */
  public JsonLines format(SampleFormat how) {
    return new JsonLines(file, how, media, badLines);
  }

  /** Resolves media in a given way. */
  public JsonLines media(MediaPaths where) {
    return new JsonLines(file, format, where, badLines);
  }

  /** Leaves out lines that cannot be read, and says so to a listener. */
  public JsonLines skippingBadLines(BadLines listener) {
    return new JsonLines(file, format, media, listener);
  }

  @Override
  public Stream<PreferenceSample> open(BadLines listener) {
    return badLines == null ? skippingBadLines(listener).open() : open();
  }

  @Override
  public Stream<PreferenceSample> open() {
    LineReader reader;
    try {
      reader = new LineReader(Files.newInputStream(file), LineReader.MAX_PAIR_BYTES);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e, e);
    }
    return Stream.generate(() -> next(reader))
        .takeWhile(Optional::isPresent)
        .mapMulti(
            (Optional<LineReader.Line> line, Consumer<PreferenceSample> out) -> {
              PreferenceSample sample = line.map(this::read).orElse(null);
              if (sample != null) {
                out.accept(sample);
              }
            })
        .onClose(() -> close(reader));
  }

  private Optional<LineReader.Line> next(LineReader reader) {
    try {
      return Optional.ofNullable(reader.next());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e, e);
    }
  }

  private @Nullable PreferenceSample read(LineReader.Line line) {
    if (line.problem() == null && line.text().isBlank()) {
      return null;
    }
    try {
      return parse(line);
    } catch (InvalidInputException e) {
      InvalidInputException located =
          new InvalidInputException(place(line) + id(line) + ": " + e.getMessage(), e);
      if (badLines == null) {
        throw located;
      }
      badLines.skipped(line.number(), located);
      return null;
    }
  }

  private String place(LineReader.Line line) {
    return file + " line " + line.number();
  }

  /** Returns a bad line's id for a message; empty where it has none, or none can be read. */
  private static String id(LineReader.Line line) {
    try {
      JsonNode id = PairLine.id(PairJson.object(line.text()));
      return id.isNull() ? "" : ", id " + id.asText();
    } catch (InvalidInputException e) {
      return ""; // the line's own problem says why
    }
  }

  private PreferenceSample parse(LineReader.Line line) {
    if (line.problem() != null) {
      throw new InvalidInputException(line.problem());
    }
    try {
      return format.read(PairJson.object(line.text()), line.number(), media).readFrom(place(line));
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException(String.valueOf(e.getMessage()), e);
    }
  }

  private static void close(LineReader reader) {
    try {
      reader.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
