package io.r1reward.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.InvalidInputException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VideoSamplingTest {

  @ParameterizedTest
  @CsvSource({
    // total, rate of the file, wanted rate, frames
    "300, 30, 2, 20", // 10 s
    "60, 25, 2, 4", // 2.4 s: 4.8, down to 4
    "30, 30, 2, 4", // 1 s: 2, up to the fewest
    "3, 30, 2, 2", // the fewest, but there are 3: down to 2
    "30000, 30, 2, 768", // 1000 s: 2000, down to the most
    "300, 30, 0.7, 6", // 7, down to 6
    "90, 29.97, 2, 6", // 6.006
    "90, 30.03, 2, 4" // 5.994: down to 4
  })
  void counts_frames_by_rate(int total, double rate, double wanted, int frames) {
    assertThat(VideoSampling.ofFps(wanted).count(total, rate)).isEqualTo(frames);
  }

  @Test
  void rates_without_measure_meet_the_bounds() {
    assertThat(VideoSampling.ofFps(Double.MAX_VALUE).count(300, 30)).isEqualTo(300);
    assertThat(VideoSampling.ofFps(Double.MAX_VALUE).count(5000, 1e-300)).isEqualTo(768);
    assertThat(VideoSampling.ofFps(Double.MIN_VALUE).count(300, 30)).isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource({"7, 8", "5, 4", "32, 32"}) // 3.5 and 2.5 pairs: halves to even
  void rounds_a_number_to_pairs(int wanted, int frames) {
    assertThat(VideoSampling.ofFrames(wanted).count(100, 30)).isEqualTo(frames);
  }

  @Test
  void bounds_are_made_pairs() {
    // 10 s at 2 a second are 20: at most 15, down to 14; at least 21, up to 22
    assertThat(VideoSampling.DEFAULT.between(4, 15).count(300, 30)).isEqualTo(14);
    assertThat(VideoSampling.DEFAULT.between(21, 100).count(300, 30)).isEqualTo(22);
  }

  @Test
  void places_are_rounded_to_the_nearest_frame() {
    // 9 / 3 = 3
    assertThat(VideoSampling.places(10, 4)).containsExactly(0, 3, 6, 9);
    // 7 / 3: 2.33, 4.67
    assertThat(VideoSampling.places(8, 4)).containsExactly(0, 2, 5, 7);
    // 10 / 4 = 2.5 and 7.5: halves to even
    assertThat(VideoSampling.places(11, 5)).containsExactly(0, 2, 5, 8, 10);
    assertThat(VideoSampling.places(2, 2)).containsExactly(0, 1);
  }

  @Test
  void numbers_that_are_none_are_refused() {
    assertThatThrownBy(() -> VideoSampling.ofFps(0))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("fps must be positive and finite, got 0.0");
    for (double fps : new double[] {-1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> VideoSampling.ofFps(fps))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageEndingWith("got " + fps);
    }
    assertThatThrownBy(() -> VideoSampling.ofFrames(1))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("frames must be at least 2, got 1");
    assertThatThrownBy(() -> VideoSampling.DEFAULT.between(8, 6))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("minFrames 8 and maxFrames 6");
  }
}
