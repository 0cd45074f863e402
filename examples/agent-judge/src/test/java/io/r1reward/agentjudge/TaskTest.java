package io.r1reward.agentjudge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.Image;
import io.r1reward.InvalidInputException;
import io.r1reward.Media;
import java.awt.image.BufferedImage;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springaicommunity.judge.context.JudgmentContext;

class TaskTest {
  private static final Path WORKSPACE = Path.of("work").toAbsolutePath();

  private static List<Media> media(Object value) {
    return Task.of(
            JudgmentContext.builder()
                .goal("What is this?")
                .workspace(WORKSPACE)
                .agentOutput("A cat.")
                .metadata(PreferenceJudge.MEDIA, value)
                .build())
        .media();
  }

  @Test
  void without_the_key_there_are_no_pictures() {
    Task task =
        Task.of(JudgmentContext.builder().goal("What is this?").agentOutput("A cat.").build());
    assertThat(task).isEqualTo(new Task("What is this?", List.of(), "A cat."));
  }

  @Test
  void media_bytes_pixels_and_uris_are_pictures() {
    byte[] bytes = {1, 2, 3};
    Image image = Image.of(bytes);
    BufferedImage pixels = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);
    URI uri = URI.create("https://example.org/cat.jpg");
    assertThat(media(List.of(image, bytes, pixels, uri)))
        .containsExactly(image, Image.of(bytes), Image.of(pixels), Image.of(uri));
    assertThat(media(bytes)).containsExactly(Image.of(bytes));
    Image embedded = (Image) media("data:image/jpeg;base64,AQID").get(0);
    assertThat(((Image.BytesSource) embedded.source()).data()).containsExactly(bytes);
  }

  @Test
  void relative_paths_are_in_the_workspace() {
    Path elsewhere = WORKSPACE.resolveSibling("dog.png");
    assertThat(media(List.of("cat.png", Path.of("in", "cat.png"), elsewhere)))
        .containsExactly(
            Image.of(WORKSPACE.resolve("cat.png")),
            Image.of(WORKSPACE.resolve("in").resolve("cat.png")),
            Image.of(elsewhere));
  }

  @Test
  void without_a_workspace_paths_stay_as_they_are() {
    assertThat(
            Task.of(
                    JudgmentContext.builder()
                        .goal("What is this?")
                        .agentOutput("A cat.")
                        .metadata(PreferenceJudge.MEDIA, "cat.png")
                        .build())
                .media())
        .containsExactly(Image.of(Path.of("cat.png")));
  }

  @Test
  void other_things_are_refused_by_their_class() {
    assertThatThrownBy(() -> media(List.of("cat.png", 7)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "metadata r1reward.media holds a java.lang.Integer, not media, bytes, pixels, a path or"
                + " a URI");
  }

  @Test
  void a_goal_is_needed() {
    assertThatThrownBy(() -> Task.of(JudgmentContext.builder().agentOutput("A cat.").build()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("goal must not be null");
    assertThatThrownBy(() -> Task.of(null))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("context must not be null");
  }
}
