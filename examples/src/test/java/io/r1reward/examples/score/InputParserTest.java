package io.r1reward.examples.score;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.NullNode;
import io.r1reward.Image;
import io.r1reward.PreferencePair;
import io.r1reward.Video;
import io.r1reward.train.data.LineReader;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InputParserTest {

  private static final String TEXTS = "'question':'q','first':'a','second':'b'";
  private static final Path ROOT = Path.of("root");

  @Test
  void reads_a_pair_and_passes_over_fields_it_does_not_know() {
    InputLine line = parse("{'id':'x',%s,'category':{'name':1}}".formatted(TEXTS));

    assertThat(line.error()).isNull();
    assertThat(line.number()).isEqualTo(7);
    assertThat(line.id().textValue()).isEqualTo("x");
    assertThat(line.pair())
        .isEqualTo(PreferencePair.builder().question("q").first("a").second("b").build());
  }

  @Test
  void reads_the_names_of_the_public_benchmark_files() {
    assertThat(parse("{'prompt':'q','chosen':'a','rejected':'b'}").pair())
        .isEqualTo(PreferencePair.builder().question("q").first("a").second("b").build());
  }

  @Test
  void a_given_name_goes_before_its_alias_and_null_is_not_given() {
    assertThat(parse("{%s,'prompt':'no','chosen':'no'}".formatted(TEXTS)).pair().question())
        .isEqualTo("q");
    assertThat(
            parse("{'question':null,'prompt':'q','first':'a','second':'b','image':null}")
                .pair()
                .media())
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {"'x'", "17", "1.50", "true", "null"})
  void an_id_is_kept_as_it_stands(String id) {
    InputLine line = parse("{'id':%s,%s}".formatted(id, TEXTS));

    assertThat(line.error()).isNull();
    assertThat(line.id()).hasToString(id.replace('\'', '"'));
  }

  @Test
  void a_line_without_id_has_id_null() {
    assertThat(parse("{%s}".formatted(TEXTS)).id()).isEqualTo(NullNode.getInstance());
  }

  @Test
  void pictures_start_from_the_root_unless_absolute_or_a_uri() {
    String absolute = Path.of("/pictures/c.png").toAbsolutePath().toString().replace("\\", "\\\\");

    PreferencePair pair =
        parse(
                "{%s,'image':'a.png','images':['sub/b.png','%s','https://example.org/d.png']}"
                    .formatted(TEXTS, absolute))
            .pair();

    assertThat(pair.media())
        .containsExactly(
            Image.of(Path.of("root/a.png")),
            Image.of(Path.of("root/sub/b.png")),
            Image.of(Path.of("/pictures/c.png").toAbsolutePath()),
            Image.of(URI.create("https://example.org/d.png")));
  }

  @Test
  void a_picture_may_stand_in_the_line() {
    Image image =
        (Image) parse("{%s,'image':'data:;base64,AQI='}".formatted(TEXTS)).pair().media().get(0);

    assertThat(((Image.BytesSource) image.source()).data()).containsExactly(1, 2);
  }

  @Test
  void a_video_is_a_list_of_frames_with_their_rate() {
    List<Path> frames = List.of(Path.of("root/0.png"), Path.of("root/1.png"));

    assertThat(parse("{%s,'video':['0.png','1.png'],'fps':0.5}".formatted(TEXTS)).pair().media())
        .containsExactly(Video.ofFiles(frames, 0.5));
    assertThat(parse("{%s,'video':['0.png','1.png']}".formatted(TEXTS)).pair().media())
        .containsExactly(Video.ofFiles(frames, 2.0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'first':'a','second':'b'}|question (or prompt) is missing",
        "{'question':'q','second':'b'}|first (or chosen) is missing",
        "{'question':'q','first':'a'}|second (or rejected) is missing",
        "{'question':true,'first':'a','second':'b'}|question must be a string, got boolean true",
        "{'question':'q','chosen':['a'],'second':'b'}|chosen must be a string or a list of messages with 'role' and 'content',"
            + " got string 'a'",
        "{'question':'\\ud800','first':'a','second':'b'}|question holds half of a surrogate pair",
        "{TEXTS,'image':1}|image must be a string (path or URI) or hold 'path', 'url' or 'bytes',"
            + " got number 1",
        "{TEXTS,'images':[['a']]}|images must be a string (path or URI) or hold 'path', 'url' or"
            + " 'bytes', got array ['a']",
        "{TEXTS,'image':'data:oops'}|image: data: URI without a comma: data:oops",
        "{TEXTS,'video':'http://h/film.mp4'}|video: a video must be a file on this machine, got http://h/film.mp4",
        "{TEXTS,'video':[]}|video: a video needs at least 1 frame, got 0",
        "{TEXTS,'video':['0.png'],'fps':0}|video: fps must be positive and finite, got 0.0",
        "{TEXTS,'video':['0.png'],'fps':'fast'}|fps must be a number, got string 'fast'",
        "{'id':{},TEXTS}|id must be a string or number, got object {}",
        "[1]|the line must be a JSON object, got array [1]",
        "17|the line must be a JSON object, got number 17"
      })
  void what_is_wrong_is_named(String json, String error) {
    InputLine line = parse(json.replace("TEXTS", TEXTS));

    assertThat(line.pair()).isNull();
    assertThat(line.error()).isEqualTo(error.replace('\'', '"'));
    assertThat(line.number()).isEqualTo(7);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'id':1|the line is not JSON:",
        "{'id':1}{'id':2}|the line is not JSON: Trailing token",
        "{'id':1,'id':2}|Duplicate field 'id' (line 1, column ",
        "oops|the line is not JSON:"
      })
  void what_is_not_one_json_object_is_told(String json, String error) {
    assertThat(parse(json).error()).contains(error);
    assertThat(parse(json).id()).isEqualTo(NullNode.getInstance());
  }

  @Test
  void the_id_of_a_bad_line_is_kept_and_a_problem_of_the_line_itself_told() {
    assertThat(parse("{'id':'x'}").id().textValue()).isEqualTo("x");

    InputLine line =
        new InputParser(ROOT)
            .parse(new LineReader.Line(3, "", "the line is not UTF-8 at byte 2", true, 9));
    assertThat(line)
        .isEqualTo(
            new InputLine(
                3, NullNode.getInstance(), null, null, "the line is not UTF-8 at byte 2"));
  }

  private static InputLine parse(String json) {
    return new InputParser(ROOT)
        .parse(new LineReader.Line(7, json.replace('\'', '"'), null, true, 0));
  }
}
