package io.r1reward.train.data.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.InvalidInputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordsTest {
  @TempDir Path folder;

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private Path gzip(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return file;
  }

  private static List<TableRow> all(Path file) throws IOException {
    List<TableRow> rows = new ArrayList<>();
    try (RecordReader reader = Records.open(file)) {
      for (TableRow row = reader.next(); row != null; row = reader.next()) {
        rows.add(row);
      }
    }
    return rows;
  }

  private static List<String> values(Path file) throws IOException {
    return all(file).stream().map(row -> row.fields().toString()).toList();
  }

  @Test
  void reads_json_lines_and_goes_on_behind_broken_ones() throws IOException {
    Path file = file("a.jsonl", "{\"a\":1}\n\n{\"a\":\n[2]\r\n{\"a\":3}");

    List<TableRow> rows = all(file);

    assertThat(rows).extracting(TableRow::number).containsExactly(1L, 3L, 4L, 5L);
    assertThat(rows.get(0).fields().get("a").intValue()).isEqualTo(1);
    assertThat(rows.get(3).fields().get("a").intValue()).isEqualTo(3);
    assertThatThrownBy(() -> rows.get(1).fields())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(file + " line 3: the line is not JSON: ");
    assertThat(rows.get(2).problem()).isEqualTo("the line must be a JSON object, got array [2]");
  }

  @Test
  void reads_the_elements_of_a_json_list_and_goes_on_behind_those_that_are_no_objects()
      throws IOException {
    Path file = file("a.json", "\uFEFF\n [ {\"a\": [1, {}]},\n 7,\n\n {\"b\": null} ]\n");

    List<TableRow> rows = all(file);

    assertThat(rows).extracting(TableRow::number).containsExactly(1L, 2L, 3L);
    assertThat(rows.get(0).fields()).hasToString("{\"a\":[1,{}]}");
    assertThat(rows.get(1).problem()).isEqualTo("an element must be a JSON object, got number 7");
    assertThat(rows.get(2).place()).isEqualTo(file + " record 3 (line 5)");
    assertThat(rows.get(2).fields()).hasToString("{\"b\":null}");
  }

  @Test
  void ends_a_json_list_at_a_fault_of_syntax() throws IOException {
    Path file = file("a.json", "[{\"a\":1},\n{\"a\":2,,}, {\"a\":3}]");
    try (RecordReader reader = Records.open(file)) {
      assertThat(reader.next()).isNotNull();
      assertThatThrownBy(reader::next)
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith(file + " cannot be read behind record 1: ")
          .hasMessageContaining("line 2, column 8");
      assertThat(reader.next()).isNull();
    }
  }

  @Test
  void tells_a_list_that_is_cut_off_or_followed_by_more() throws IOException {
    assertThatThrownBy(() -> all(file("cut.json", "[{\"a\":1}")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("cut.json cannot be read behind record 1: ");
    assertThatThrownBy(() -> all(file("more.json", "[{\"a\":1}] {\"a\":2}")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageEndingWith("something stands behind the list: START_OBJECT");
    assertThatThrownBy(() -> all(file("twice.json", "[{\"a\":1,\"a\":2}]")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("behind record 0: Duplicate field 'a'");
  }

  @Test
  void tells_the_format_by_the_content_and_not_by_the_name() throws IOException {
    assertThat(values(file("lines.json", "{\"a\":1}\n{\"a\":2}\n")))
        .containsExactly("{\"a\":1}", "{\"a\":2}");
    assertThat(values(file("list.jsonl", "[{\"a\":1}]"))).containsExactly("{\"a\":1}");
    assertThat(values(file("empty.jsonl", ""))).isEmpty();
    assertThat(values(file("empty.json", "[]"))).isEmpty();
  }

  @Test
  void reads_gzip_of_both() throws IOException {
    assertThat(values(gzip("a.jsonl.gz", "{\"a\":1}\n{\"a\":2}\n")))
        .containsExactly("{\"a\":1}", "{\"a\":2}");
    assertThat(values(gzip("a.json.gz", "[{\"a\":1},{\"a\":2}]")))
        .containsExactly("{\"a\":1}", "{\"a\":2}");
  }

  @Test
  void tells_gzip_that_is_cut_off() throws IOException {
    byte[] whole = Files.readAllBytes(gzip("a.jsonl.gz", "{\"a\":1}\n{\"a\":2}\n"));
    Path cut = Files.write(folder.resolve("cut.gz"), Arrays.copyOf(whole, whole.length - 4));
    Path stub = Files.write(folder.resolve("stub.gz"), Arrays.copyOf(whole, 5));

    assertThatThrownBy(() -> all(cut))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(cut + " is broken gzip behind line ");
    assertThatThrownBy(() -> all(stub))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(stub + " is broken gzip: ");
  }

  @Test
  void names_the_artifact_that_reads_parquet() throws IOException {
    Path named = file("a.parquet", "");
    Path told = file("a.bin", "PAR1....PAR1");
    for (Path file : List.of(named, told)) {
      assertThatThrownBy(() -> all(file))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              file
                  + " is a Parquet file: add io.r1reward:r1reward-parquet to the class path to read"
                  + " it");
    }
  }

  @Test
  void holds_no_more_of_an_element_than_the_limit() throws IOException {
    LimitedInput input = new LimitedInput(new ByteArrayInputStream(new byte[20]), 8);
    assertThat(input.readNBytes(8)).hasSize(8);
    input.restart();
    assertThat(input.readNBytes(8)).hasSize(8);
    assertThatThrownBy(input::read)
        .isInstanceOf(IOException.class)
        .hasMessage("longer than 8 bytes");
  }
}
