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

class ChatLayoutsTest {
  private static final String CHAT =
      "[{'from':'human','value':'<image>\\nWhat is it?'},{'from':'gpt','value':'%s'}]";
  private static final String BATTLE =
      "{'question_id':'q9','model_a':'gpt','model_b':'llava','winner':'%s',"
          + "'conversation_a':[{'role':'user','content':'What is it?'},"
          + "{'role':'assistant','content':'A cat.'}],"
          + "'conversation_b':[{'role':'user','content':'What is it? '},"
          + "{'role':'assistant','content':'A dog.'}]}";

  @TempDir Path root;

  private static ObjectNode povid(String chosen, String rejected) {
    String record =
        "{'id':'000000033471','image':'coco/33471.jpg','conversations':%s,"
            + "'rejected_conversations':%s}";
    return parsed(record.formatted(chosen, rejected));
  }

  private static ObjectNode battle(String winner) {
    ObjectNode battle = parsed(BATTLE.formatted(winner));
    battle.putObject("image").put("bytes", LayoutRecords.JPEG).putNull("path");
    return battle;
  }

  private Converted convert(ObjectNode record) throws IOException {
    return DatasetLayout.detect(record).convert(record, "none", new PictureStore(root, "pictures"));
  }

  private PreferenceSample sample(ObjectNode record) throws IOException {
    List<ObjectNode> pairs = convert(record).pairs();
    assertThat(pairs).hasSize(1);
    return SampleFormats.pairs().read(pairs.get(0), 1, MediaPaths.under(root));
  }

  private void assertDropped(ObjectNode record, DropReason reason, String message)
      throws IOException {
    assertThat(convert(record).drop()).isEqualTo(new Converted.Drop(reason, message));
  }

  @Test
  void reads_a_pair_of_povid_without_marks_for_pictures() throws IOException {
    PreferenceSample sample =
        sample(
            povid(
                CHAT.formatted("A bus."),
                "[{'from':'human','value':'What is it?\\n<image>'},"
                    + "{'from':'gpt','value':'A tram.'}]"));

    assertThat(sample.id()).isEqualTo("000000033471");
    assertThat(sample.pair().question()).isEqualTo("What is it?");
    assertThat(sample.pair().first()).isEqualTo("A bus.");
    assertThat(sample.pair().second()).isEqualTo("A tram.");
    assertThat(sample.label()).isEqualTo(Preferred.FIRST);
    assertThat(sample.pair().media()).containsExactly(Image.of(root.resolve("coco/33471.jpg")));
    assertThat(sample.attributes()).isEqualTo(Map.of("source", "POVID"));
  }

  @Test
  void removes_marks_inside_a_question_and_keeps_its_lines() {
    assertThat(Placeholders.removed("<image>\n<image>\nIs <image> like this?\n\nSay <b>."))
        .isEqualTo("Is like this?\n\nSay <b>.");
    assertThat(Placeholders.removed(" a\nb ")).isEqualTo(" a\nb ");
    assertThat(Placeholders.removed("<image>")).isEmpty();
  }

  @Test
  void drops_chats_that_are_not_one_question_and_its_answer() throws IOException {
    String answer = CHAT.formatted("A bus.");
    String more =
        answer.replace("]", ",{'from':'human','value':'Sure?'},{'from':'gpt','value':'Yes.'}]");

    assertDropped(
        povid(more, answer),
        DropReason.SEVERAL_TURNS,
        "conversations has more than one message of the user");
    assertDropped(
        povid(answer, "[{'from':'human','value':'What else?'},{'from':'gpt','value':'No.'}]"),
        DropReason.DIFFERENT_QUESTIONS,
        "the questions of both responses differ");
    assertDropped(
        povid(answer, "[{'from':'human','value':'What is it?'}]"),
        DropReason.MISSING_FIELD,
        "rejected_conversations has no message of the assistant");
    assertDropped(
        povid("[{'from':'human','value':'<image>'},{'from':'gpt','value':'No.'}]", answer),
        DropReason.MISSING_FIELD,
        "conversations: the message of the user is empty");
    assertDropped(
        povid("[{'from':'tool','value':'x'}]", answer),
        DropReason.WRONG_FIELD,
        "conversations must be of human and gpt, or of user and assistant, got object"
            + " {\"from\":\"tool\",\"value\":\"x\"}");
    assertDropped(
        povid("'x'", answer),
        DropReason.WRONG_FIELD,
        "conversations must be a list of messages, got string \"x\"");
    assertDropped(
        povid(answer, answer),
        DropReason.SAME_TEXT,
        "both responses are the same text of 6 characters");
  }

  @Test
  void reads_a_battle_with_the_winner_as_chosen() throws IOException {
    PreferenceSample first = sample(battle("model_a"));
    PreferenceSample second = sample(battle("model_b"));

    assertThat(first.id()).isEqualTo("q9");
    assertThat(first.pair().question()).isEqualTo("What is it?");
    assertThat(List.of(first.pair().first(), first.pair().second()))
        .containsExactly("A cat.", "A dog.");
    assertThat(List.of(second.pair().first(), second.pair().second()))
        .containsExactly("A dog.", "A cat.");
    assertThat(first.pair().media())
        .containsExactly(Image.of(root.resolve("pictures/" + LayoutRecords.JPEG_NAME)));
    assertThat(root.resolve("pictures/" + LayoutRecords.JPEG_NAME))
        .hasBinaryContent(LayoutRecords.JPEG);
    assertThat(second.attributes())
        .isEqualTo(
            Map.of(
                "source", "WildVision-Battle",
                "chosen_model", "llava",
                "rejected_model", "gpt"));
  }

  @Test
  void drops_battles_without_a_winner_or_a_picture() throws IOException {
    assertDropped(battle("tie"), DropReason.TIE, "winner is tie");
    assertDropped(battle("tie (bothbad)"), DropReason.TIE, "winner is tie (bothbad)");
    assertDropped(
        battle("both"), DropReason.WRONG_FIELD, "winner must be model_a, model_b or tie, got both");
    assertDropped(
        battle("model_a").putNull("image"), DropReason.NO_PICTURE, "image names no picture");
  }
}
