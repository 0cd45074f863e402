package io.r1reward.train.data.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.r1reward.InvalidInputException;
import io.r1reward.train.data.table.RecordReader;
import io.r1reward.train.data.table.TableRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayoutConversionTest {
  @TempDir Path root;

  private Path file(String... lines) throws IOException {
    return Files.writeString(
        root.resolve("data.jsonl"), String.join("\n", lines).replace('\'', '"') + "\n");
  }

  private LayoutConversion open(Path file) throws IOException {
    return LayoutConversion.open(file, null, new PictureStore(root, "pictures"));
  }

  private static List<ObjectNode> rest(LayoutConversion conversion) throws IOException {
    List<ObjectNode> pairs = new ArrayList<>();
    for (ObjectNode pair = conversion.next(); pair != null; pair = conversion.next()) {
      pairs.add(pair);
    }
    return pairs;
  }

  @Test
  void counts_what_it_drops_by_reason_and_tells_the_first_of_each() throws IOException {
    Path file =
        file(
            "{'prompt':",
            "{'prompt':'Q','chosen':'A','rejected':'B','image':'1.png'}",
            "{'prompt':'Q','chosen':'A','rejected':'A','image':'1.png'}",
            "{'prompt':'Q','rejected':'A','image':'1.png'}",
            "{'prompt':'Q','chosen':'C ','rejected':'C','image':'1.png'}",
            "[]",
            "{'id':7,'prompt':'Q','chosen':'D','rejected':'E','image':'2.png'}");
    try (LayoutConversion conversion = open(file)) {
      assertThat(conversion.layout()).isNull();

      assertThat(rest(conversion))
          .extracting(ObjectNode::toString)
          .containsExactly(
              "{\"id\":\"data.jsonl#2\",\"question\":\"Q\",\"chosen\":\"A\",\"rejected\":\"B\","
                  + "\"image\":\"1.png\",\"source\":\"MM-RLHF\"}",
              "{\"id\":\"7\",\"question\":\"Q\",\"chosen\":\"D\",\"rejected\":\"E\","
                  + "\"image\":\"2.png\",\"source\":\"MM-RLHF\"}");

      assertThat(conversion.layout()).isEqualTo(DatasetLayout.MM_RLHF);
      assertThat(conversion.records()).isEqualTo(7);
      assertThat(conversion.pairs()).isEqualTo(2);
      assertThat(conversion.drops())
          .containsOnlyKeys(
              DropReason.SAME_TEXT, DropReason.MISSING_FIELD, DropReason.BROKEN_RECORD)
          .containsAllEntriesOf(
              Map.of(
                  DropReason.SAME_TEXT,
                  new LayoutConversion.Dropped(
                      2, file + " line 3: both responses are the same text of 1 characters"),
                  DropReason.MISSING_FIELD,
                  new LayoutConversion.Dropped(1, file + " line 4: chosen is missing")));
      assertThat(conversion.drops().get(DropReason.BROKEN_RECORD))
          .satisfies(
              dropped -> {
                assertThat(dropped.count()).isEqualTo(2);
                assertThat(dropped.first()).startsWith(file + " line 1: the line is not JSON: ");
              });
    }
  }

  @Test
  void lists_the_fields_of_a_first_record_that_no_layout_fits() throws IOException {
    Path file = file("{'prompt':'Q','answer':'A'}");
    try (LayoutConversion conversion = open(file)) {
      assertThatThrownBy(conversion::next)
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith(
              file
                  + " line 1: a record with the fields [prompt, answer] is of no known layout"
                  + " (MM-RLHF, RLAIF-V");
    }
  }

  @Test
  void lists_the_layouts_where_several_fit() throws IOException {
    Path file =
        file(
            "{'prompt':'Q','question':'Q','chosen':'A','rejected':'B','image':'1.png',"
                + "'ds_name':'x'}");
    try (LayoutConversion conversion = open(file)) {
      assertThatThrownBy(conversion::next)
          .isInstanceOf(InvalidInputException.class)
          .hasMessageEndingWith("is of several layouts: MM-RLHF, RLAIF-V");
    }
    try (LayoutConversion conversion =
        LayoutConversion.open(file, DatasetLayout.RLAIF_V, new PictureStore(root, ""))) {
      assertThat(rest(conversion)).hasSize(1);
    }
  }

  @Test
  void converts_files_of_a_format_that_a_service_reads() throws IOException {
    Path file = Files.writeString(root.resolve("data.bin"), RowsFormat.HEAD);
    try (LayoutConversion conversion = open(file)) {
      assertThat(rest(conversion))
          .extracting(pair -> pair.get("id").textValue() + " " + pair.get("image").textValue())
          .containsExactly(
              "data.bin#1 pictures/" + LayoutRecords.PNG_NAME,
              "data.bin#2 pictures/" + LayoutRecords.PNG_NAME);
      assertThat(conversion.layout()).isEqualTo(DatasetLayout.RLAIF_V);
    }
    assertThat(root.resolve("pictures")).isDirectoryContaining("glob:**.png");
  }

  @Test
  void reads_no_record_before_the_pairs_of_the_last_are_given() throws IOException {
    AtomicInteger opened = new AtomicInteger();
    RecordReader endless =
        new RecordReader() {
          @Override
          public TableRow next() {
            int number = opened.incrementAndGet();
            return TableRow.of(number, "row " + number, JsonNodeFactory.instance.objectNode());
          }

          @Override
          public void close() {
            opened.set(-1);
          }
        };
    DatasetLayout twice =
        new DatasetLayout(
            "twice", record -> true, (record, id, pictures) -> List.of(pair(id), pair(id)));
    try (LayoutConversion conversion =
        new LayoutConversion(endless, "rows", twice, new PictureStore(root, ""))) {
      List<String> seen = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        seen.add(String.valueOf(conversion.next()).substring(7, 13) + opened.get());
      }

      assertThat(seen).containsExactly("rows#11", "rows#11", "rows#22", "rows#22");
    }
    assertThat(opened).hasValue(-1);
  }

  private static ObjectNode pair(String id) {
    return LayoutRecords.parsed("{'id':'" + id + "','question':'Q','chosen':'A','rejected':'B'}");
  }
}
