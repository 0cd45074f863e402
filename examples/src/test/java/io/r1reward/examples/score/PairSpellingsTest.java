package io.r1reward.examples.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.Image;
import io.r1reward.InvalidInputException;
import io.r1reward.Media;
import io.r1reward.PreferencePair;
import io.r1reward.Preferred;
import io.r1reward.Video;
import io.r1reward.train.data.JsonLines;
import io.r1reward.train.data.LineReader;
import io.r1reward.train.data.PreferenceSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every spelling of a line, read by {@code score} and by training alike. */
class PairSpellingsTest {
  private static final String TEXTS =
      "'question':'q','first':'a','second':'b','preferred':'SECOND'";
  private static final String ANSWERS = "'chosen':'a','rejected':'b'";

  @TempDir Path root;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        // where pictures are
        "{TEXTS}|q/a/b[] SECOND",
        "{TEXTS,'image':'x.png'}|q/a/b[x.png] SECOND",
        "{TEXTS,'image':['x.png','y.png']}|q/a/b[x.png, y.png] SECOND",
        "{TEXTS,'image':[]}|q/a/b[] SECOND",
        "{TEXTS,'images':['x.png']}|q/a/b[x.png] SECOND",
        "{TEXTS,'images':'x.png'}|q/a/b[x.png] SECOND",
        "{TEXTS,'image':'x.png','images':['y.png']}|q/a/b[x.png, y.png] SECOND",
        "{TEXTS,'image':'x.png','images':['x.png']}|q/a/b[x.png] SECOND",
        "{TEXTS,'image_path':'x.png'}|q/a/b[x.png] SECOND",
        "{TEXTS,'image_paths':['x.png']}|q/a/b[x.png] SECOND",
        "{TEXTS,'image_url':'https://example.org/x.png'}|q/a/b[https://example.org/x.png] SECOND",
        "{TEXTS,'image_url':{'url':'x.png'}}|q/a/b[x.png] SECOND",
        "{TEXTS,'img':'x.png'}|q/a/b[x.png] SECOND",
        "{TEXTS,'picture':'x.png'}|q/a/b[x.png] SECOND",
        "{TEXTS,'pictures':['x.png']}|q/a/b[x.png] SECOND",
        "{TEXTS,'image_path':'x.png','img':'x.png'}|q/a/b[x.png] SECOND",
        "{TEXTS,'media':['x.png','y.png']}|q/a/b[x.png, y.png] SECOND",
        "{TEXTS,'media':[{'type':'image','image':'x.png'},['y.png']]}"
            + "|q/a/b[x.png, 2.0:y.png] SECOND",
        "{TEXTS,'image':{'bytes':'AQI=','path':null}}|q/a/b[data: URI of 2 bytes] SECOND",
        "{TEXTS,'image':{'bytes':'AQI=','path':'x.png'},'image_path':'x.png'}"
            + "|q/a/b[data: URI of 2 bytes] SECOND",
        "{TEXTS,'images':[{'bytes':null,'path':'x.png'}]}|q/a/b[x.png] SECOND",
        "{TEXTS,'image':{'path':'x.png'}}|q/a/b[x.png] SECOND",
        "{TEXTS,'image':{'url':'x.png'}}|q/a/b[x.png] SECOND",
        "{TEXTS,'image':'data:image/png;base64,AQI='}|q/a/b[data: URI of 2 bytes] SECOND",
        "{TEXTS,'image':'file:///x%20y.png'}|q/a/b[/x y.png] SECOND",
        "{TEXTS,'image':'file:/x.png'}|q/a/b[/x.png] SECOND",
        "{TEXTS,'image':'file:x.png'}|q/a/b[x.png] SECOND",
        "{TEXTS,'image':'file:///x y.png'}|q/a/b[/x y.png] SECOND",
        "{TEXTS,'image':'http://example.org/x.png'}|q/a/b[http://example.org/x.png] SECOND",
        "{TEXTS,'video':['x.png','y.png']}|q/a/b[2.0:x.png+y.png] SECOND",
        "{TEXTS,'video':'x.png','fps':4}|q/a/b[4.0:x.png] SECOND",
        "{TEXTS,'video':[['x.png'],['y.png']],'fps':'1'}|q/a/b[1.0:x.png, 1.0:y.png] SECOND",
        "{TEXTS,'videos':[['x.png','y.png']]}|q/a/b[2.0:x.png+y.png] SECOND",
        "{TEXTS,'videos':[{'frames':['x.png'],'fps':3}]}|q/a/b[3.0:x.png] SECOND",
        "{TEXTS,'image':'x.png','video':['y.png']}|q/a/b[x.png, 2.0:y.png] SECOND",
        // texts and labels
        "{'prompt':'q',ANSWERS}|q/a/b[] FIRST",
        "{'query':'q','response_a':'a','response_b':'b','preferred':2}|q/a/b[] SECOND",
        "{'question':'q','response_1':'a','response_2':'b','preferred':'A'}|q/a/b[] FIRST",
        "{'question':'q','first':'a','second':'b','chosen':'b','rejected':'a'}|q/a/b[] SECOND",
        "{'question':'q','response_a':'a','response_b':'b','chosen':'response_b'}|q/a/b[] SECOND",
        "{'question':'q','first':4,'second':5,'preferred':'first'}|q/4/5[] FIRST",
        // chats
        "{'prompt':[USER q}],'chosen':[BOT a}],'rejected':[BOT b}]}|q/a/b[] FIRST",
        "{'chosen':[USER q},BOT a}],'rejected':[USER q},BOT b}]}|q/a/b[] FIRST",
        "{'prompt':'q','chosen':[USER q},BOT a}],'rejected':[USER q},BOT b}]}|q/a/b[] FIRST",
        "{'prompt':[USER q},USER r}],ANSWERS}|q+r/a/b[] FIRST",
        "{'prompt':[{'role':'system','content':'s'},USER q}],ANSWERS}|q/a/b[] FIRST",
        "{'question':'q','first':[BOT a}],'second':BOT b},'preferred':1}|q/a/b[] FIRST",
        "{'conversations':[{'from':'human','value':'q'}],ANSWERS}|q/a/b[] FIRST",
        "{PARTS{'type':'image','image':'x.png'}]}],ANSWERS}|q/a/b[x.png] FIRST",
        "{PARTS{'type':'image_url','image_url':{'url':'x.png'}}]}],ANSWERS}|q/a/b[x.png] FIRST",
        "{PARTS{'type':'image','url':'x.png'}]}],ANSWERS}|q/a/b[x.png] FIRST",
        "{PARTS{'type':'input_image','image_url':'x.png'}]}],ANSWERS}|q/a/b[x.png] FIRST",
        "{PARTS{'type':'video','video':['x.png'],'fps':1}]}],ANSWERS}|q/a/b[1.0:x.png] FIRST",
        "{PARTS{'type':'image','text':null}]}],ANSWERS,'images':['x.png']}|q/a/b[x.png] FIRST",
        "{PARTS{'type':'image','image':'x.png'}]}],ANSWERS,'image':'x.png'}|q/a/b[x.png] FIRST"
      })
  void both_read_the_same_pair(String json, String pair) throws IOException {
    String line = line(json);
    InputLine scored = score(line);
    assertThat(scored.error()).isNull();
    assertThat(shown(scored.pair(), scored.label())).isEqualTo(pair);

    PreferenceSample learned = train(line);
    assertThat(shown(learned.pair(), learned.label())).isEqualTo(pair);
    assertThat(learned.attributes()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{TEXTS,'image_path':'x.png','img':'y.png'}"
            + "|image_path and img name different media: x.png and y.png; give one of the fields",
        "{TEXTS,'images':['x.png'],'picture':'y.png'}"
            + "|images and picture name different media: x.png and y.png; give one of the fields",
        "{TEXTS,'video':['x.png'],'videos':['y.png']}|video and videos name different media",
        "{TEXTS,'image':'/9j/4AAQSkZJRgABAQ=='}|image holds 20 characters of base64 where a path"
            + " or URI is expected: put data:image/png;base64, before it",
        "{TEXTS,'images':['iVBORw0KGgoAAAA']}|images holds 15 characters of base64",
        "{TEXTS,'img':'R0lGODlhAQABAAAAACw='}|img holds 20 characters of base64",
        "{TEXTS,'video':['UklGRiQAAABXRUJQ']}|video holds 16 characters of base64",
        "{TEXTS,'image':{'path':'iVBORw0KGgoAAAA'}}|image.path holds 15 characters of base64",
        "{TEXTS,'image':{'name':'x'}}|got object {'name':'x'}",
        "{TEXTS,'image':{'bytes':'*'}}|image.bytes: data: URI with a malformed body",
        "{TEXTS,'image':'http://a b'}|image: not a URI: http://a b",
        "{TEXTS,'video':'http://h/film.mp4'}|video: a video must be a file on this machine, got http://h/film.mp4",
        "{'prompt':[USER q},BOT x},USER r}],ANSWERS}|prompt has a message of the assistant before",
        "{'prompt':'q','chosen':[USER q}],'rejected':'b'}|chosen must end with a message of the",
        "{'prompt':'q','chosen':[USER r},BOT a}],'rejected':'b'}"
            + "|prompt and chosen hold different questions: 'q' and 'r'",
        "{'prompt':[{'role':'robot','content':'q'}],ANSWERS}"
            + "|prompt has a role that is not known: string 'robot'",
        "{PARTS{'type':'sound'}]}],ANSWERS}|prompt: content of type 'sound' is not known",
        "{PARTS{'type':'image'}]}],ANSWERS}|prompt has 1 image parts without a picture, and the"
            + " fields of the line name 0 pictures",
        "{PARTS{'type':'image','image':'x.png'}]}],ANSWERS,'image':'y.png'}"
            + "|prompt and image name different media: x.png and y.png",
        "{'question':'q','first':'a','second':'b','chosen':'c','rejected':'b'}"
            + "|chosen is neither first nor second: 'c'",
        "{TEXTS,'id':[1]}|id must be a string or number, got array [1]",
        "{'first':'a','second':'b'}|question (or prompt) is missing",
        "{'question':'q'|the line is not JSON: Unexpected end-of-input: expected close marker for"
            + " Object (line 1, column ",
        "{TEXTS} x|the line is not JSON: Unrecognized token 'x'",
        "{'question':'q','question':'r','first':'a','second':'b'}|Duplicate field 'question'"
      })
  void both_refuse_with_the_same_words(String json, String problem) {
    String line = line(json);
    String named = problem.replace('\'', '"').replaceAll("(field|token) \"(\\w+)\"", "$1 '$2'");
    InputLine scored = score(line);
    assertThat(scored.pair()).isNull();
    assertThat(scored.error()).contains(named).doesNotContain("Stream", "fasterxml", "REDACTED");

    assertThatThrownBy(() -> train(line))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(root.resolve("pairs.jsonl") + " line 1: " + scored.error());
  }

  @Test
  void base64_without_its_prefix_is_refused_in_a_short_line_and_read_with_it() throws IOException {
    String base64 = "QUJD".repeat(6 << 20);

    InputLine bare = score(line("{TEXTS,'image':'" + base64 + "'}"));
    assertThat(bare.error())
        .isEqualTo(
            "image holds 25165824 characters of base64 where a path or URI is expected:"
                + " put data:image/png;base64, before it");

    String line = line("{TEXTS,'image':'data:image/png;base64," + base64 + "'}");
    String pair = "q/a/b[data: URI of 18874368 bytes] SECOND";
    assertThat(shown(score(line).pair(), Preferred.SECOND)).isEqualTo(pair);
    assertThat(shown(train(line).pair(), Preferred.SECOND)).isEqualTo(pair);
  }

  private static String line(String json) {
    return json.replace("TEXTS", TEXTS)
        .replace("ANSWERS", ANSWERS)
        .replace("PARTS", "'prompt':[{'role':'user','content':[{'type':'text','text':'q'},")
        .replaceAll("USER (\\w)", "{'role':'user','content':'$1'")
        .replaceAll("BOT (\\w)", "{'role':'assistant','content':'$1'")
        .replace('\'', '"');
  }

  private InputLine score(String line) {
    return new InputParser(root).parse(new LineReader.Line(1, line, null, true, 0));
  }

  private PreferenceSample train(String line) throws IOException {
    Path file = Files.writeString(root.resolve("pairs.jsonl"), line);
    try (Stream<PreferenceSample> samples = JsonLines.of(file).open()) {
      return samples.toList().get(0);
    }
  }

  private String shown(PreferencePair pair, Preferred label) {
    return "%s/%s/%s%s %s"
        .formatted(
            pair.question().replace('\n', '+'),
            pair.first(),
            pair.second(),
            pair.media().stream().map(this::shown).toList(),
            label);
  }

  private String shown(Media media) {
    if (media instanceof Video video) {
      List<Image> frames = video.frames();
      return video.fps() + ":" + frames.stream().map(this::shown).collect(Collectors.joining("+"));
    }
    return ((Image) media).describe().replace(root + "/", "");
  }
}
