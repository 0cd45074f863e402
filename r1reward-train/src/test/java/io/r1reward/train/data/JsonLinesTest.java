package io.r1reward.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.r1reward.Image;
import io.r1reward.InvalidInputException;
import io.r1reward.Preferred;
import io.r1reward.Video;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonLinesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PROMPT =
      """
      You are a highly skilled and impartial evaluator tasked with comparing two responses.

      ###### **Input:** \s
      ###### [Question]:
      %s \s

      ###### [Response 1]:
      %s \s

      ###### [Response 2]:
      %s \s

      ###### **Output Format (strictly follow):** \s
      <think>Your detailed comparative analysis goes here</think><answer>1/2</answer>""";

  @TempDir Path folder;

  private Path file(String... lines) throws IOException {
    return Files.writeString(folder.resolve("data.jsonl"), String.join("\n", lines) + "\n");
  }

  private static List<PreferenceSample> all(PreferenceDataset data) {
    try (Stream<PreferenceSample> samples = data.open()) {
      return samples.toList();
    }
  }

  private static String rlLine(String question, String first, String second, String answer) {
    ArrayNode messages = JSON.createArrayNode();
    ArrayNode content = messages.addObject().put("role", "user").putArray("content");
    content.addObject().put("type", "image").put("image", "a/b.png");
    content.addObject().put("type", "text").put("text", PROMPT.formatted(question, first, second));
    ObjectNode line = JSON.createObjectNode();
    line.put("message", messages.toString()).put("question", question);
    line.putArray("answer").add("<answer>" + answer + "</answer>");
    return line.toString();
  }

  @Test
  void reads_the_rl_data_of_r1_reward() throws IOException {
    String second = "Three.\n\n###### **Output Format (strictly follow):** is not mine  ";
    PreferenceSample sample =
        all(PreferenceDataset.jsonl(file(rlLine("How many?\nCount.", "Two.", second, "2")))).get(0);
    assertThat(sample.pair().question()).isEqualTo("How many?\nCount.");
    assertThat(sample.pair().first()).isEqualTo("Two.");
    assertThat(sample.pair().second()).isEqualTo(second);
    assertThat(sample.label()).isEqualTo(Preferred.SECOND);
    Image image = (Image) sample.pair().media().get(0);
    assertThat(image.source()).isEqualTo(new Image.FileSource(folder.resolve("a/b.png")));
  }

  @Test
  void reads_pairs_and_benchmark_lines() throws IOException {
    List<PreferenceSample> samples =
        all(
            PreferenceDataset.jsonl(
                file(
                    "{\"id\":\"x\",\"question\":\"q\",\"first\":\"a\",\"second\":\"b\","
                        + "\"preferred\":\"SECOND\",\"images\":[\"1.png\",\"2.png\"],\"difficulty\":3}",
                    "",
                    "{\"prompt\":\"p\",\"chosen\":\"c\",\"rejected\":\"r\","
                        + "\"video\":[\"f0.png\",\"f1.png\"],\"fps\":4}")));
    assertThat(samples).hasSize(2);
    assertThat(samples.get(0).label()).isEqualTo(Preferred.SECOND);
    assertThat(samples.get(0).pair().media()).hasSize(2);
    assertThat(samples.get(0).attributes()).containsEntry(PreferenceSample.DIFFICULTY, "3");
    assertThat(samples.get(1).id()).isEqualTo("3");
    assertThat(samples.get(1).pair().first()).isEqualTo("c");
    assertThat(samples.get(1).label()).isEqualTo(Preferred.FIRST);
    assertThat(((Video) samples.get(1).pair().media().get(0)).fps()).isEqualTo(4);
  }

  @Test
  void names_file_line_and_field_of_a_malformed_line() throws IOException {
    String good = "{\"question\":\"q\",\"first\":\"a\",\"second\":\"b\",\"preferred\":\"1\"}";
    String[] bad = {
      "{\"question\":\"q\",\"first\":\"a\",\"preferred\":\"FIRST\"}",
      "{\"question\":\"q\",\"first\":\"a\",\"second\":\"b\",\"preferred\":\"both\"}",
      "[1]",
      "{\"question\":",
      "{\"message\":\"[]\",\"answer\":[\"<answer>1</answer>\"]}",
      rlLine("q", "a", "b", "3"),
      "{\"question\":\"q\",\"first\":\"a\",\"second\":\"b\",\"preferred\":\"1\",\"image\":7}",
    };
    String[] named = {
      "line 2: second (or rejected) is missing",
      "line 2: field \"preferred\" must be FIRST or SECOND, got string \"both\"",
      "line 2: the line must be a JSON object, got array [1]",
      "line 2: the line is not JSON: Unexpected end-of-input",
      "line 2: the message is no R1-Reward prompt: heading \"###### [Question]:\" is missing",
      "line 2: answer must hold <answer>1</answer> or <answer>2</answer>",
      "line 2: image must be a string (path or URI) or hold \"path\", \"url\" or \"bytes\", got number 7",
    };
    for (int i = 0; i < bad.length; i++) {
      PreferenceDataset data = PreferenceDataset.jsonl(file(good, bad[i], good));
      assertThatThrownBy(() -> all(data))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith(folder.toString())
          .hasMessageContaining(named[i]);
    }
  }

  @Test
  void skips_bad_lines_when_asked_to() throws IOException {
    List<Long> skipped = new ArrayList<>();
    JsonLines data =
        JsonLines.of(
                file(
                    "nonsense",
                    "{\"question\":\"q\",\"first\":\"a\",\"second\":\"b\",\"preferred\":\"2\"}"))
            .skippingBadLines((line, problem) -> skipped.add(line));
    assertThat(all(data)).hasSize(1);
    assertThat(skipped).containsExactly(1L);
  }

  @Test
  void a_byte_order_mark_is_no_part_of_the_first_line() throws IOException {
    List<PreferenceSample> samples =
        all(
            PreferenceDataset.jsonl(
                file(
                    "\uFEFF{\"id\":1,\"question\":\"q\",\"first\":\"a\",\"second\":\"b\",\"preferred\":\"2\"}")));
    assertThat(samples).extracting(PreferenceSample::id).containsExactly("1");
  }

  @Test
  void lines_of_one_id_are_all_read_and_fall_on_one_side_of_a_split() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      lines.add(
          "{\"id\":\"s%d\",\"question\":\"q%d\",\"first\":\"a\",\"second\":\"b\",\"preferred\":\"2\"}"
              .formatted(i / 2, i));
    }
    PreferenceDataset data = PreferenceDataset.jsonl(file(lines.toArray(new String[0])));
    assertThat(all(data)).hasSize(40);
    PreferenceDataset.Split split = data.split(0.5, 1);
    List<String> train = all(split.train()).stream().map(PreferenceSample::id).toList();
    List<String> heldOut = all(split.heldOut()).stream().map(PreferenceSample::id).toList();
    assertThat(train).isNotEmpty().doesNotContainAnyElementsOf(heldOut);
    assertThat(train.size() + heldOut.size()).isEqualTo(40);
  }

  @Test
  void chosen_beside_named_responses_says_which_is_better_and_none_is_guessed() throws IOException {
    String texts = "{\"question\":\"q\",\"first\":\"a\",\"second\":\"b\",";
    List<PreferenceSample> samples =
        all(
            PreferenceDataset.jsonl(
                file(
                    texts + "\"chosen\":\"b\",\"rejected\":\"a\"}",
                    texts + "\"chosen\":\"b\"}",
                    texts + "\"chosen\":\"second\"}",
                    texts + "\"chosen\":\"a\",\"rejected\":\"b\"}")));
    assertThat(samples)
        .extracting(PreferenceSample::label)
        .containsExactly(Preferred.SECOND, Preferred.SECOND, Preferred.SECOND, Preferred.FIRST);
    assertThat(samples).extracting(sample -> sample.pair().first()).containsOnly("a");
    for (String unclear : List.of("\"chosen\":\"c\",\"rejected\":\"a\"}", "\"chosen\":\"c\"}")) {
      PreferenceDataset data = PreferenceDataset.jsonl(file(texts + unclear));
      assertThatThrownBy(() -> all(data)).isInstanceOf(InvalidInputException.class);
    }
  }

  @Test
  void reads_no_further_than_it_is_asked() throws IOException {
    Path file =
        file(
            "{\"question\":\"q\",\"first\":\"a\",\"second\":\"b\",\"preferred\":\"2\"}",
            "this line is never reached");
    assertThat(all(PreferenceDataset.jsonl(file).limit(1))).hasSize(1);
  }

  @Test
  void remaps_image_roots() {
    MediaPaths media = MediaPaths.under(Path.of("/d")).remapping("/cluster/img/", Path.of("/x"));
    assertThat(media.resolve("/cluster/img/a/1.png")).isEqualTo(Path.of("/x/a/1.png"));
    assertThat(media.resolve("b.png")).isEqualTo(Path.of("/d/b.png"));
    assertThat(media.resolve("/abs/b.png")).isEqualTo(Path.of("/abs/b.png"));
    assertThat(media.image("file:///cluster/img/1.png").source())
        .isEqualTo(new Image.FileSource(Path.of("/x/1.png")));
    assertThat(media.image("https://example.org/a.png").source())
        .isInstanceOf(Image.UriSource.class);
    assertThat(media.image("data:image/png;base64,AAAA").source())
        .isInstanceOf(Image.BytesSource.class);
  }

  @Test
  void takes_pictures_whose_bytes_are_no_text() {
    byte[] picture = {1, 2, 3};
    for (boolean object : new boolean[] {true, false}) {
      ObjectNode line = PairJson.object("{\"question\":\"Q\",\"chosen\":\"A\",\"rejected\":\"B\"}");
      (object ? line.putObject("image") : line).put(object ? "bytes" : "image", picture);

      PreferenceSample sample = SampleFormats.pairs().read(line, 1, MediaPaths.under(Path.of("")));

      assertThat(sample.pair().media()).containsExactly(Image.of(picture));
    }
  }
}
