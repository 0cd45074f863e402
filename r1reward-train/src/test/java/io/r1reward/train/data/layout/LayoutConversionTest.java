package io.r1reward.train.data.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.r1reward.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
}
