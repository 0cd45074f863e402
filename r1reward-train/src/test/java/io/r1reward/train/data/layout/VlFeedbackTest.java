package io.r1reward.train.data.layout;

import static io.r1reward.train.data.layout.LayoutRecords.parsed;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.r1reward.Image;
import io.r1reward.Preferred;
import io.r1reward.train.data.MediaPaths;
import io.r1reward.train.data.PreferenceSample;
import io.r1reward.train.data.SampleFormats;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VlFeedbackTest {
  @TempDir Path root;

  private static String annotations(String help, String ethics, String faith) {
    String aspect = "'%s':{'Rating':'%s','Rationale':'because'}";
    return "{"
        + aspect.formatted("Helpfulness", help)
        + ","
        + aspect.formatted("Ethical Considerations", ethics)
        + ","
        + aspect.formatted("Visual Faithfulness", faith)
        + "}";
  }

  private static String completion(String model, String response, String annotations) {
    return "{'model':'%s','response':'%s','annotations':%s}"
        .formatted(model, response, annotations);
  }

  private static ObjectNode record(String completions) {
    return parsed(
        "{'id':'svit-1','prompt':'What is it?','models':['m1'],'img_path':'svit/1.jpg',"
            + "'completions':"
            + completions
            + "}");
  }

  private static ObjectNode list(String... completions) {
    return record("[" + String.join(",", completions) + "]");
  }

  private Converted convert(DatasetLayout layout, ObjectNode record) throws IOException {
    return layout.convert(record, "none", new PictureStore(root, "pictures"));
  }

  private void assertDropped(ObjectNode record, DropReason reason, String message)
      throws IOException {
    assertThat(convert(DatasetLayout.VL_FEEDBACK, record).drop())
        .isEqualTo(new Converted.Drop(reason, message));
  }

  private static final String THREE =
      "["
          + String.join(
              ",",
              completion("m1", "A cat.", annotations("3", "5", "2")), // 10 / 3
              completion("m2", "A dog.", annotations("4", "5", "4")), // 13 / 3
              completion("m3", "A cow.", annotations("1", "5", "1"))) // 7 / 3
          + "]";

  @Test
  void pairs_the_best_mean_with_the_worst() throws IOException {
    assertThat(DatasetLayout.detect(record(THREE))).isEqualTo(DatasetLayout.VL_FEEDBACK);
    List<ObjectNode> pairs = convert(DatasetLayout.VL_FEEDBACK, record(THREE)).pairs();
    assertThat(pairs).hasSize(1);

    PreferenceSample sample = SampleFormats.pairs().read(pairs.get(0), 1, MediaPaths.under(root));

    assertThat(sample.id()).isEqualTo("svit-1");
    assertThat(sample.pair().question()).isEqualTo("What is it?");
    assertThat(sample.pair().first()).isEqualTo("A dog.");
    assertThat(sample.pair().second()).isEqualTo("A cow.");
    assertThat(sample.label()).isEqualTo(Preferred.FIRST);
    assertThat(sample.pair().media()).containsExactly(Image.of(root.resolve("svit/1.jpg")));
    assertThat(sample.attributes())
        .isEqualTo(
            Map.of(
                "source", "VLFeedback",
                "chosen_model", "m2",
                "rejected_model", "m3",
                "chosen_rating", "4.33",
                "rejected_rating", "2.33"));
  }

  @Test
  void reads_a_struct_of_lists_as_a_list_of_structs() throws IOException {
    String annotations =
        "[%s,%s]".formatted(annotations("3", "5", "2"), annotations("4", "5", "4"));
    String nested =
        "{'Helpfulness':{'Rating':['3','4'],'Rationale':['','']},"
            + "'Ethical Considerations':{'Rating':['5','5'],'Rationale':['','']},"
            + "'Visual Faithfulness':{'Rating':['2','4'],'Rationale':['','']}}";
    Converted expected =
        convert(
            DatasetLayout.VL_FEEDBACK,
            list(
                completion("m1", "A cat.", annotations("3", "5", "2")),
                completion("m2", "A dog.", annotations("4", "5", "4"))));
    assertThat(expected.pairs().get(0).get("chosen").textValue()).isEqualTo("A dog.");

    for (String form : List.of(annotations, nested)) {
      ObjectNode record =
          record("{'model':['m1','m2'],'response':['A cat.','A dog.'],'annotations':" + form + "}");
      assertThat(convert(DatasetLayout.VL_FEEDBACK, record)).isEqualTo(expected);
    }
  }

  @Test
  void gives_all_pairs_of_different_means_under_one_id() throws IOException {
    ObjectNode record =
        list(
            completion("m1", "A", annotations("3", "3", "3")),
            completion("m2", "B", annotations("5", "5", "5")),
            completion("m3", "C", annotations("1", "5", "3")),
            completion("m4", "D", annotations("1", "1", "1.5")));

    assertThat(convert(DatasetLayout.VL_FEEDBACK_ALL_PAIRS, record).pairs())
        .allSatisfy(pair -> assertThat(pair.get("id").textValue()).isEqualTo("svit-1"))
        .extracting(pair -> pair.get("chosen").textValue() + ">" + pair.get("rejected").textValue())
        .containsExactly("B>A", "B>C", "B>D", "A>D", "C>D");
    assertThat(convert(DatasetLayout.VL_FEEDBACK, record).pairs())
        .extracting(pair -> pair.get("rejected").textValue())
        .containsExactly("D");
  }

  @Test
  void drops_ties_and_equal_texts() throws IOException {
    assertDropped(
        list(
            completion("m1", "A", annotations("3", "4", "5")),
            completion("m2", "B", annotations("5", "3.0", "4"))),
        DropReason.TIE,
        "all 2 rated completions have a mean of 4.00");
    assertDropped(
        list(
            completion("m1", "A", annotations("3", "4", "5")),
            completion("m2", " A", annotations("5", "5", "5"))),
        DropReason.SAME_TEXT,
        "completions with different ratings are the same text");
  }

  @Test
  void passes_over_completions_without_a_number_for_each_aspect() throws IOException {
    String rated = completion("m1", "A", annotations("3", "4", "5"));
    assertDropped(
        list(
            rated,
            completion("m2", "B", annotations("N/A", "5", "5")),
            completion("m3", "C", annotations("1e999999999", "5", "5")),
            completion("m4", "D", "null")),
        DropReason.NO_RATING,
        "1 completions have all three ratings, 2 are needed");
  }

  @Test
  void drops_completions_of_another_form() throws IOException {
    assertDropped(
        record("'none'"),
        DropReason.WRONG_FIELD,
        "completions must be a list of structs or a struct of lists, got string \"none\"");
    assertDropped(
        record("{'model':['m1'],'response':['A','B'],'annotations':[{},{}]}"),
        DropReason.WRONG_FIELD,
        "completions has 2 of response and 1 of model");
    assertDropped(record("null"), DropReason.MISSING_FIELD, "completions is missing");
  }
}
