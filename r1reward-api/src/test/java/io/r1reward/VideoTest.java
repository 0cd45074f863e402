package io.r1reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VideoTest {

  private static final Image FRAME = Image.of(Path.of("0.png"));

  @Test
  void two_frames_a_second_where_nothing_is_said() {
    assertThat(Video.of(List.of(FRAME)).fps()).isEqualTo(2.0);
  }

  @Test
  void frames_are_copied() {
    List<Image> frames = new ArrayList<>(List.of(FRAME));

    Video video = Video.of(frames, 3);
    frames.clear();

    assertThat(video.frames()).containsExactly(FRAME);
  }

  @Test
  void files_become_frames_in_their_order() {
    Video video = Video.ofFiles(List.of(Path.of("0.png"), Path.of("1.png")), 0.5);

    assertThat(video.frames()).containsExactly(FRAME, Image.of(Path.of("1.png")));
    assertThat(video.fps()).isEqualTo(0.5);
  }

  @Test
  void no_frame_is_refused() {
    assertThatThrownBy(() -> Video.of(List.of()))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("a video needs at least 1 frame, got 0");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void a_rate_that_is_none_is_refused(double fps) {
    assertThatThrownBy(() -> Video.of(List.of(FRAME), fps))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("fps must be positive and finite, got " + fps);
  }
}
