package io.r1reward.springai;

import static io.r1reward.springai.Given.given;

import io.r1reward.Image;
import io.r1reward.InvalidInputException;
import io.r1reward.Media;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Objects;
import org.springframework.ai.document.Document;
import org.springframework.ai.evaluation.EvaluationRequest;

/**
 * What Spring AI asks, as a judge reads it: pictures, then text. Immutable.
 *
 * @param text the user's text, and below it the texts of the documents
 * @param media the pictures of the documents, in order
 */
record JudgePrompt(String text, List<Media> media) {

  /**
   * Reads a request.
   *
   * @param context texts of the documents
   */
  static JudgePrompt of(EvaluationRequest request, String context) {
    String question = Objects.requireNonNullElse(request.getUserText(), "");
    List<Media> media =
        given(request.getDataList(), "dataList").stream()
            .filter(document -> document.getMedia() != null)
            .<Media>map(JudgePrompt::image)
            .toList();
    return new JudgePrompt(
        context.isBlank() ? question : question + "\n\nContext:\n" + context, media);
  }

  private static Image image(Document document) {
    var media = given(document.getMedia(), "media");
    String name = "media " + media.getMimeType() + " of document " + document.getId();
    if (!media.getMimeType().getType().equals("image")) {
      throw new InvalidInputException(name + " cannot be judged, only text and images");
    }
    if (media.getData() instanceof byte[] bytes) {
      return Image.of(bytes);
    } else if (media.getData() instanceof String text) {
      try {
        return text.regionMatches(true, 0, "data:", 0, 5)
            ? Image.ofDataUri(text)
            : Image.of(new URI(text));
      } catch (URISyntaxException e) {
        throw new InvalidInputException(name + " is no URI (" + e.getReason() + ")", e);
      }
    }
    throw new InvalidInputException(
        name + " is a " + media.getData().getClass().getName() + ", not bytes or a URI");
  }
}
