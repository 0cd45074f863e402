package io.r1reward.video;

import static io.r1reward.video.TestVideos.numbers;
import static io.r1reward.video.TestVideos.pixels;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.r1reward.CancelledException;
import io.r1reward.EngineException;
import io.r1reward.MediaException;
import io.r1reward.Video;
import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VideoFileTest {
  @TempDir Path folder;

  @BeforeAll
  static void needs_the_native_library() {
    try {
      Ffmpeg.load();
    } catch (EngineException e) {
      assumeTrue(false, e.getMessage());
    }
  }

  @ParameterizedTest
  @CsvSource({"mpeg4,a.mp4", "libvpx,a.webm", "libvpx-vp9,a.webm", "mpeg4,a.mkv"})
  void takes_exactly_the_frames_of_the_reference(String codec, String name) {
    Path file = TestVideos.write(folder.resolve(name), codec, 10, 60);

    Video video = VideoFile.read(file);

    // 6 s at 2 frames a second are 12, at linspace(0, 59, 12): steps of 59 / 11 = 5.3636
    assertThat(numbers(video.frames()))
        .containsExactly(0, 5, 11, 16, 21, 27, 32, 38, 43, 48, 54, 59);
    assertThat(video.fps()).isCloseTo(2.0, within(1e-9)); // 12 / 60 * 10
  }

  @ParameterizedTest
  @CsvSource({"mpeg4,a.mp4", "libvpx,a.webm"})
  void every_frame_is_found(String codec, String name) {
    Path file = TestVideos.write(folder.resolve(name), codec, 30, 200);

    Video video = VideoFile.read(file, VideoSampling.ofFrames(200));

    assertThat(numbers(video.frames())).isEqualTo(IntStream.range(0, 200).boxed().toList());
    assertThat(video.fps()).isCloseTo(30, within(1e-9));
  }

  @ParameterizedTest
  @CsvSource({"a.mp4", "a.webm"})
  void frames_at_uneven_times_are_taken_by_time(String name) {
    // 20 frames a second for one second, then one a second for nine
    long[] times = new long[29];
    for (int i = 0; i < times.length; i++) {
      times[i] = i < 20 ? i : 20L * (i - 19);
    }
    String codec = name.endsWith("mp4") ? "mpeg4" : "libvpx";
    Path file = TestVideos.write(folder.resolve(name), codec, 20, times, 0);

    Video video = VideoFile.read(file, VideoSampling.ofFrames(10));

    // the last is at 9 s: one frame at 0, 1, ..., 9 s
    assertThat(numbers(video.frames())).containsExactly(0, 20, 21, 22, 23, 24, 25, 26, 27, 28);
    // 28 steps in 9 s are 3.111 a second; 10 of 29 of them are taken
    assertThat(video.fps()).isCloseTo(10.0 / 29 * 28 / 9, within(1e-3));
  }

  @ParameterizedTest
  @CsvSource({"90,32,64", "180,64,32", "270,32,64"})
  void frames_are_turned_upright(int clockwise, int width, int height) {
    Path file =
        TestVideos.write(folder.resolve("a.mp4"), "mpeg4", 10, new long[] {0, 1, 2, 3}, clockwise);

    BufferedImage picture = pixels(VideoFile.read(file).frames().get(1)); // bar 0 is white

    assertThat(picture.getWidth()).isEqualTo(width);
    assertThat(picture.getHeight()).isEqualTo(height);
    // the left edge goes to the top, to the right, to the bottom
    int[] white =
        clockwise == 90
            ? new int[] {16, 4}
            : clockwise == 180 ? new int[] {60, 16} : new int[] {16, 60};
    int[] black =
        clockwise == 90
            ? new int[] {16, 60}
            : clockwise == 180 ? new int[] {4, 16} : new int[] {16, 4};
    assertThat(picture.getRaster().getSample(white[0], white[1], 0)).isGreaterThan(200);
    assertThat(picture.getRaster().getSample(black[0], black[1], 0)).isLessThan(50);
  }

  @Test
  void limits_are_named() throws Exception {
    Path file = TestVideos.write(folder.resolve("a.mp4"), "mpeg4", 10, 60);
    long size = Files.size(file);
    VideoLimits all = VideoLimits.DEFAULT;

    refused(file, all.withBytes(100), "size: " + size + " bytes, at most 100 are allowed");
    // 59 steps of 0.1 s
    refused(
        file, all.withDuration(Duration.ofSeconds(5)), "duration: 5.9 s, at most 5 are allowed");
    refused(file, all.withFrames(59), "frames: 60 frames, at most 59 are allowed");
    // the head of a WebM file tells the size of its frames, that of MPEG-4 in MP4 does not
    Path web = TestVideos.write(folder.resolve("a.webm"), "libvpx", 10, 60);
    refused(web, all.withFramePixels(2047), "frame size: 2048 pixels, at most 2047 are allowed");
    refused(file, all.withFramePixels(2047), "frame size: 2048 pixels, at most 2047 are allowed");
    refused(
        web,
        all.withSampledPixels(24_575),
        "12 sampled frames: 24576 pixels, at most 24575 are allowed");
    refused(
        file,
        all.withSampledPixels(24_575),
        "sampled frames: 24576 pixels, at most 24575 are allowed");
    assertThat(
            VideoFile.read(
                    file,
                    VideoSampling.DEFAULT,
                    new VideoLimits(size, Duration.ofSeconds(6), 60, 2048, 24_576))
                .frames())
        .hasSize(12);
  }

  private static void refused(Path file, VideoLimits limits, String message) {
    assertThatThrownBy(() -> VideoFile.read(file, VideoSampling.DEFAULT, limits))
        .isInstanceOf(MediaException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageEndingWith(message);
  }

  @ParameterizedTest
  @CsvSource({"mpeg4,a.mp4", "libvpx,a.webm"})
  void a_file_that_is_cut_off_is_refused(String codec, String name) throws Exception {
    Path file = TestVideos.write(folder.resolve(name), codec, 10, 60);
    byte[] whole = Files.readAllBytes(file);
    for (int length : new int[] {0, 1, 40, whole.length / 4, whole.length / 2}) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> VideoFile.read(file))
          .as("%s bytes", length)
          .isInstanceOf(MediaException.class)
          .hasMessageContaining(file.toString());
    }
  }

  @ParameterizedTest
  @CsvSource({"mpeg4,a.mp4", "libvpx,a.webm", "libvpx-vp9,a.webm"})
  void broken_bytes_end_in_a_video_or_a_refusal(String codec, String name) throws Exception {
    Path file = TestVideos.write(folder.resolve(name), codec, 10, 30);
    byte[] whole = Files.readAllBytes(file);
    Random random = new Random(7);
    int refused = 0;
    for (int round = 0; round < 60; round++) {
      byte[] broken = whole.clone();
      for (int i = 0; i < 1 + round / 2; i++) {
        broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
      }
      Files.write(file, broken);
      try {
        assertThat(VideoFile.read(file).frames()).isNotEmpty();
      } catch (MediaException e) {
        assertThat(e).hasMessageContaining(file.toString());
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }

  @Test
  void what_is_no_film_is_refused() throws Exception {
    Path text = Files.writeString(folder.resolve("text.mp4"), "not a film, but a text".repeat(99));
    Path target = TestVideos.write(folder.resolve("target.mp4"), "mpeg4", 10, 20);
    Path list =
        Files.writeString(folder.resolve("list.mp4"), "ffconcat version 1.0\nfile target.mp4\n");
    Path stream =
        Files.writeString(
            folder.resolve("stream.mp4"),
            "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n" + target + "\n#EXT-X-ENDLIST\n");
    for (Path file : new Path[] {text, list, stream}) {
      assertThatThrownBy(() -> VideoFile.read(file))
          .isInstanceOf(MediaException.class)
          .hasMessageContaining(file + ": opening it as MP4 or WebM failed");
    }
    assertThatThrownBy(() -> VideoFile.read(folder))
        .isInstanceOf(MediaException.class)
        .hasMessage(folder + " is no regular file");
    Path none = folder.resolve("none.mp4");
    assertThatThrownBy(() -> VideoFile.read(none))
        .isInstanceOf(MediaException.class)
        .hasMessage(none + " does not exist");
  }

  @Test
  void one_frame_is_too_few() {
    Path file = TestVideos.write(folder.resolve("a.mp4"), "mpeg4", 10, 1);

    assertThatThrownBy(() -> VideoFile.read(file))
        .isInstanceOf(MediaException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("[2, 1]");
  }

  @Test
  void a_film_without_a_picture_or_a_decoder_is_refused() throws Exception {
    Path file = TestVideos.write(folder.resolve("a.mp4"), "mpeg4", 10, 10);
    String film = Files.readString(file, StandardCharsets.ISO_8859_1);

    Files.writeString(file, film.replace("vide", "soun"), StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> VideoFile.read(file))
        .isInstanceOf(MediaException.class)
        .hasMessage(file + " holds no video stream among 1 streams");
    Path other = TestVideos.write(folder.resolve("a.mkv"), "mpeg4", 10, 10);
    film = Files.readString(other, StandardCharsets.ISO_8859_1);
    Files.writeString(other, film.replace("V_MPEG4", "V_XYZW4"), StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> VideoFile.read(other))
        .isInstanceOf(MediaException.class)
        .hasMessage(other + ": no decoder for none");
  }

  @Test
  void a_duration_may_be_without_limit_and_shorter_than_a_millisecond() {
    Path file = TestVideos.write(folder.resolve("a.mp4"), "mpeg4", 10, 60);
    VideoLimits all = VideoLimits.DEFAULT;

    VideoLimits forever = all.withDuration(ChronoUnit.FOREVER.getDuration());
    assertThat(VideoFile.read(file, VideoSampling.DEFAULT, forever).frames()).hasSize(12);
    refused(
        file, all.withDuration(Duration.ofNanos(1)), "duration: 5.9 s, at most 1.0E-9 are allowed");
  }

  @Test
  void any_file_name_is_opened() throws Exception {
    Path film = TestVideos.write(folder.resolve("a.mp4"), "mpeg4", 10, 20);
    for (String name : List.of("a, b %20?#.mp4", "http:b.mp4", "fr\u00fch.mp4", "\u732b.mp4")) {
      Path file;
      try {
        file = Files.copy(film, folder.resolve(name));
      } catch (InvalidPathException e) {
        continue; // this machine has no such names
      }
      assertThat(VideoFile.read(file).frames()).as(name).hasSize(4);
    }
  }

  @ParameterizedTest
  @CsvSource({"mpeg4,a.mp4,63,31", "libvpx,a.webm,63,31", "libvpx-vp9,a.webm,63,33"})
  void odd_sizes_stay(String codec, String name, int width, int height) {
    Path file =
        TestVideos.write(
            folder.resolve(name), codec, 10, LongStream.range(0, 20).toArray(), 0, width, height);

    Video video = VideoFile.read(file);

    assertThat(numbers(video.frames())).containsExactly(0, 6, 13, 19);
    assertThat(pixels(video.frames().get(0)).getWidth()).isEqualTo(width);
    assertThat(pixels(video.frames().get(0)).getHeight()).isEqualTo(height);
  }

  @Test
  void an_interrupt_ends_it() {
    Path file = TestVideos.write(folder.resolve("a.mp4"), "mpeg4", 10, 20);
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> VideoFile.read(file)).isInstanceOf(CancelledException.class);
    assertThat(Thread.interrupted()).isTrue();
  }
}
