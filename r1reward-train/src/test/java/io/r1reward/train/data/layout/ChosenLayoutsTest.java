package io.r1reward.train.data.layout;

import static io.r1reward.train.data.layout.LayoutRecords.parsed;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.r1reward.Image;
import io.r1reward.Preferred;
import io.r1reward.Video;
import io.r1reward.train.data.MediaPaths;
import io.r1reward.train.data.PreferenceSample;
import io.r1reward.train.data.SampleFormats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChosenLayoutsTest {
  private static final String RLAIF_V =
      "{'ds_name':'RLAIF-V','image':{'bytes':null,'path':'llava1.5/coco/7.jpg'},'question':'What is"
          + " it?','chosen':'A red bus.','rejected':'A tram.','origin_dataset':'VQAv2',"
          + "'origin_split':'{}','idx':41,'image_path':'llava1.5/coco/7.jpg'}";

  @TempDir Path root;

  private PictureStore store() {
    return new PictureStore(root, "pictures");
  }

  private Converted convert(ObjectNode record) throws IOException {
    return DatasetLayout.detect(record).convert(record, "data.jsonl#3", store());
  }

  private PreferenceSample sample(ObjectNode record) throws IOException {
    List<ObjectNode> pairs = convert(record).pairs();
    assertThat(pairs).hasSize(1);
    return SampleFormats.pairs().read(pairs.get(0), 1, MediaPaths.under(root));
  }

  private void assertDropped(ObjectNode record, DropReason reason, String message)
      throws IOException {
    Converted converted = convert(record);
    assertThat(converted.pairs()).isEmpty();
    assertThat(converted.drop()).isEqualTo(new Converted.Drop(reason, message));
  }

  @Test
  void reads_a_pair_of_mm_rlhf() throws IOException {
    PreferenceSample sample =
        sample(
            parsed(
                "{'prompt':'<image>\\nHow many birds?','chosen':'Two.','rejected':'Three.',"
                    + "'image':'long/001.png','category':'counting'}"));

    assertThat(sample.id()).isEqualTo("data.jsonl#3");
    assertThat(sample.pair().question()).isEqualTo("How many birds?");
    assertThat(sample.pair().first()).isEqualTo("Two.");
    assertThat(sample.pair().second()).isEqualTo("Three.");
    assertThat(sample.label()).isEqualTo(Preferred.FIRST);
    assertThat(sample.pair().media()).containsExactly(Image.of(root.resolve("long/001.png")));
    assertThat(sample.attributes()).isEqualTo(Map.of("source", "MM-RLHF", "category", "counting"));
  }

  @Test
  void reads_the_frames_of_a_video_and_drops_a_video_in_a_file() throws IOException {
    String record =
        "{'id':'v1','prompt':'What happens?','chosen':'A jump.','rejected':'A fall.','image':null,"
            + "'video':%s}";

    PreferenceSample sample = sample(parsed(record.formatted("['v/1.jpg','v/2.jpg']")));

    assertThat(sample.id()).isEqualTo("v1");
    assertThat(sample.pair().media())
        .containsExactly(
            Video.of(
                List.of(Image.of(root.resolve("v/1.jpg")), Image.of(root.resolve("v/2.jpg"))),
                Video.DEFAULT_FPS));
    assertDropped(
        parsed(record.formatted("'v/1.mp4'")),
        DropReason.VIDEO_FILE,
        "video must be a list of frame paths, got string \"v/1.mp4\"");
    assertDropped(parsed(record.formatted("[]")), DropReason.NO_PICTURE, "video has no frames");
    assertDropped(
        parsed(record.formatted("null")), DropReason.NO_PICTURE, "image names no picture");
  }

  @Test
  void reads_a_pair_of_rlaif_v_with_its_source_and_category() throws IOException {
    PreferenceSample sample = sample(parsed(RLAIF_V));

    assertThat(sample.id()).isEqualTo("RLAIF-V-41");
    assertThat(sample.pair().question()).isEqualTo("What is it?");
    assertThat(sample.pair().first()).isEqualTo("A red bus.");
    assertThat(sample.pair().second()).isEqualTo("A tram.");
    assertThat(sample.label()).isEqualTo(Preferred.FIRST);
    assertThat(sample.pair().media())
        .containsExactly(Image.of(root.resolve("llava1.5/coco/7.jpg")));
    assertThat(sample.attributes()).isEqualTo(Map.of("source", "RLAIF-V", "category", "VQAv2"));
  }

  @Test
  void writes_a_picture_that_stands_in_the_record_once() throws IOException {
    ObjectNode binary = parsed(RLAIF_V);
    ((ObjectNode) binary.get("image")).put("bytes", LayoutRecords.PNG);
    ObjectNode text = parsed(RLAIF_V);
    ((ObjectNode) text.get("image"))
        .put("bytes", Base64.getEncoder().encodeToString(LayoutRecords.PNG));

    assertThat(convert(binary).pairs().get(0).get("image").textValue())
        .isEqualTo("pictures/" + LayoutRecords.PNG_NAME);
    assertThat(convert(text).pairs()).isEqualTo(convert(binary).pairs());

    try (var files = Files.list(root.resolve("pictures"))) {
      assertThat(files).containsExactly(root.resolve("pictures/" + LayoutRecords.PNG_NAME));
    }
    assertThat(root.resolve("pictures/" + LayoutRecords.PNG_NAME))
        .hasBinaryContent(LayoutRecords.PNG);
  }

  @Test
  void drops_records_with_broken_or_missing_pictures() throws IOException {
    ObjectNode broken = parsed(RLAIF_V);
    ((ObjectNode) broken.get("image")).put("bytes", new byte[] {1, 2, 3});
    ObjectNode noBase64 = parsed(RLAIF_V);
    ((ObjectNode) noBase64.get("image")).put("bytes", "b'\\x89PNG'");
    ObjectNode none = parsed(RLAIF_V);
    none.putNull("image").put("image_path", " ");

    assertDropped(
        broken,
        DropReason.BROKEN_PICTURE,
        "the picture of 3 bytes is not a PNG, JPEG, WebP, GIF, BMP or TIFF picture");
    assertDropped(
        noBase64, DropReason.BROKEN_PICTURE, "image.bytes is not base64: string \"b'\\\\x89PNG'\"");
    assertDropped(none, DropReason.NO_PICTURE, "image or image_path names no picture");
    assertThat(root).isEmptyDirectory();
  }

  @Test
  void writes_no_picture_of_a_record_that_is_dropped_for_its_texts() throws IOException {
    ObjectNode same = parsed(RLAIF_V).put("rejected", "A red bus.");
    ((ObjectNode) same.get("image")).put("bytes", LayoutRecords.PNG);

    assertDropped(same, DropReason.SAME_TEXT, "both responses are the same text of 10 characters");

    assertThat(root).isEmptyDirectory();
  }

  @Test
  void drops_records_whose_texts_are_missing_wrong_or_the_same() throws IOException {
    assertDropped(
        parsed(RLAIF_V).put("rejected", " A red bus.\n"),
        DropReason.SAME_TEXT,
        "both responses are the same text of 10 characters");
    assertDropped(parsed(RLAIF_V).putNull("chosen"), DropReason.MISSING_FIELD, "chosen is missing");
    assertDropped(
        parsed(RLAIF_V).put("question", "\n"), DropReason.MISSING_FIELD, "question is empty");
    assertDropped(
        parsed(RLAIF_V).put("rejected", true),
        DropReason.WRONG_FIELD,
        "rejected must be a string, got boolean true");
    assertDropped(
        parsed(RLAIF_V).put("rejected", "half \ud83d"),
        DropReason.WRONG_FIELD,
        "rejected holds half of a surrogate pair");
    assertDropped(
        parsed(RLAIF_V).put("image", 5),
        DropReason.WRONG_FIELD,
        "image must be a path or an object with bytes or path, got number 5");
  }
}
