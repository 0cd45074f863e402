package io.r1reward.train.data.table;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.r1reward.InvalidInputException;
import io.r1reward.core.json.JsonFault;
import io.r1reward.train.data.LineReader;
import io.r1reward.train.data.PairJson;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * A JSON list of objects, read element by element. An element that is no object is told and the
 * next follows; behind a fault of syntax nothing can be read.
 */
final class JsonList implements RecordReader {
  private final Path file;
  private final LimitedInput input;
  private final JsonParser parser;
  private long number;
  private boolean begun;
  private boolean ended;

  JsonList(Path file, InputStream text) throws IOException {
    this.file = file;
    this.input = new LimitedInput(text, LineReader.MAX_PAIR_BYTES);
    this.parser = PairJson.parser(input);
  }

  @Override
  public @Nullable TableRow next() throws IOException {
    if (ended) {
      return null;
    }
    boolean read = false;
    try {
      TableRow row = read();
      read = row != null;
      return row;
    } catch (JsonProcessingException e) {
      throw new InvalidInputException(behind() + JsonFault.of(e), e);
    } catch (LimitedInput.TooLongException e) {
      throw new InvalidInputException(behind() + "an element is " + e.getMessage(), e);
    } catch (EOFException | ZipException e) {
      throw new InvalidInputException(behind() + "broken gzip: " + e.getMessage(), e);
    } finally {
      ended = !read;
    }
  }

  private @Nullable TableRow read() throws IOException {
    if (!begun) {
      begun = true;
      parser.nextToken(); // the bracket that the file was told by
    }
    input.restart();
    JsonToken token = parser.nextToken();
    if (token == JsonToken.END_ARRAY) {
      JsonToken behind = parser.nextToken();
      if (behind != null) {
        throw new InvalidInputException(behind() + "something stands behind the list: " + behind);
      }
      return null;
    }
    int line = parser.currentTokenLocation().getLineNr();
    JsonNode element = PairJson.next(parser);
    number++;
    String place = "%s record %d (line %d)".formatted(file, number, line);
    return element instanceof ObjectNode object
        ? TableRow.of(number, place, object)
        : TableRow.broken(
            number, place, "an element must be a JSON object, got " + PairJson.shown(element));
  }

  private String behind() {
    return "%s cannot be read behind record %d: ".formatted(file, number);
  }

  @Override
  public void close() throws IOException {
    parser.close();
    input.close();
  }
}
