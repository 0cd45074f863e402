package io.r1reward.springai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.Image;
import io.r1reward.InvalidInputException;
import io.r1reward.PreferencePair;
import io.r1reward.core.testing.FakeJudge;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.ai.content.Media;
import org.springframework.ai.document.Document;
import org.springframework.ai.evaluation.EvaluationRequest;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;

class JudgePromptTest {
  private static final byte[] BYTES = {1, 2, 3};
  private static final Media PICTURE =
      Media.builder().mimeType(MimeTypeUtils.IMAGE_PNG).data(BYTES).build();

  private final FakeJudge judge = new FakeJudge(true);

  private PreferencePair asked(Document... documents) {
    var unused =
        new PreferenceEvaluator(judge, "No")
            .evaluate(new EvaluationRequest("What is this?", List.of(documents), "A cat."));
    return judge.asked.get(0).pair();
  }

  private static Document uri(String uri) {
    return new Document(
        Media.builder().mimeType(MimeTypeUtils.IMAGE_JPEG).data(uri).build(), Map.of());
  }

  @Test
  void texts_of_documents_stand_below_the_question() {
    PreferencePair pair = asked(new Document("It purrs."), new Document("It is grey."));
    assertThat(pair.question())
        .isEqualTo("What is this?\n\nContext:\nIt purrs." + System.lineSeparator() + "It is grey.");
    assertThat(pair.media()).isEmpty();
  }

  @Test
  void pictures_of_documents_reach_the_judge_in_order() {
    PreferencePair pair =
        asked(
            new Document(PICTURE, Map.of()),
            uri("https://example.org/cat.jpg"),
            uri("data:image/jpeg;base64,AQID"));
    assertThat(pair.question()).isEqualTo("What is this?");
    assertThat(pair.media().subList(0, 2))
        .containsExactly(Image.of(BYTES), Image.of(URI.create("https://example.org/cat.jpg")));
    Image embedded = (Image) pair.media().get(2);
    assertThat(((Image.BytesSource) embedded.source()).data()).containsExactly(BYTES);
  }

  @Test
  void a_request_without_a_question_is_judged_by_its_documents() {
    var unused =
        new PreferenceEvaluator(judge, "No")
            .evaluate(new EvaluationRequest(List.of(new Document("It purrs.")), "A cat."));
    assertThat(judge.asked.get(0).pair().question()).endsWith("Context:\nIt purrs.");
  }

  @Test
  void other_media_are_refused_by_name() {
    Media sound = Media.builder().mimeType(MimeType.valueOf("audio/mp3")).data(BYTES).build();
    assertThatThrownBy(() -> asked(new Document("d7", sound, Map.of())))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("media audio/mp3 of document d7 cannot be judged, only text and images");
  }

  @Test
  void what_is_no_uri_is_refused() {
    assertThatThrownBy(() -> asked(uri("cat on a sofa")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("media image/jpeg of document")
        .hasMessageContaining("is no URI");
    assertThatThrownBy(() -> asked(uri("cat.jpg")))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("image URI has no scheme: cat.jpg");
  }
}
