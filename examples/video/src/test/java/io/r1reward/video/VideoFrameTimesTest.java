package io.r1reward.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.InvalidInputException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class VideoFrameTimesTest {

  @Test
  void times_that_no_number_holds_apart_are_long_not_negative() {
    FrameTimes times = new FrameTimes(new long[] {Long.MIN_VALUE + 1, Long.MAX_VALUE}, 0.001);

    assertThat(times.seconds()).isGreaterThan(1e16);
    assertThat(times.fps()).isPositive();
  }

  @Test
  void a_file_may_tell_no_rate() {
    FrameTimes even = new FrameTimes(new long[] {5, 15, 25}, 0.01);
    for (double told : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThat(even.fps(told, 0.0 / 0)).isEqualTo(10);
    }
    assertThat(new FrameTimes(new long[] {5}, 0.01).fps(0.0 / 0)).isEqualTo(1);
    assertThat(new FrameTimes(new long[] {5}, 0.01).seconds()).isZero();
  }

  @Test
  void limits_that_are_none_are_refused() {
    VideoLimits all = VideoLimits.DEFAULT;
    assertThatThrownBy(() -> all.withDuration(Duration.ofSeconds(-1)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("duration PT-1S");
    assertThatThrownBy(() -> all.withBytes(-1)).hasMessageContaining("bytes -1");
    assertThatThrownBy(() -> all.withFrames(0)).hasMessageContaining("frames 0");
    assertThatThrownBy(() -> all.withFramePixels(0)).hasMessageContaining("framePixels 0");
    assertThatThrownBy(() -> all.withSampledPixels(-7)).hasMessageContaining("sampledPixels -7");
  }
}
