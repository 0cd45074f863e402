package io.r1reward.train.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.r1reward.InvalidInputException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
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

  private static final ObjectMapper JSON = new ObjectMapper();

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
  public Stream<PreferenceSample> open() {
    try {
      BufferedReader reader = Files.newBufferedReader(file);
      long[] number = {0};
      return reader
          .lines()
          .mapMulti(
              (String line, java.util.function.Consumer<PreferenceSample> out) -> {
                number[0]++;
                PreferenceSample sample = line.isBlank() ? null : read(line, number[0]);
                if (sample != null) {
                  out.accept(sample);
                }
              })
          .onClose(() -> close(reader));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e, e);
    }
  }

  private @Nullable PreferenceSample read(String line, long number) {
    try {
      return parse(line, number);
    } catch (InvalidInputException e) {
      InvalidInputException located =
          new InvalidInputException(file + " line " + number + ": " + e.getMessage(), e);
      if (badLines == null) {
        throw located;
      }
      badLines.skipped(number, located);
      return null;
    }
  }

  private PreferenceSample parse(String line, long number) {
    JsonNode node;
    try {
      node = JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw new InvalidInputException("not JSON: " + e.getOriginalMessage(), e);
    }
    if (!node.isObject()) {
      throw new InvalidInputException("must be a JSON object, got " + node.getNodeType());
    }
    try {
      return format.read(node, number, media);
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException(String.valueOf(e.getMessage()), e);
    }
  }

  private static void close(BufferedReader reader) {
    try {
      reader.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
