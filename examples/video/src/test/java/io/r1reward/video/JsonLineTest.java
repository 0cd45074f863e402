package io.r1reward.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.r1reward.EngineException;
import io.r1reward.Video;
import io.r1reward.examples.EmbeddedJudge;
import io.r1reward.examples.score.ScoreCommand;
import io.r1reward.train.data.MediaPaths;
import io.r1reward.train.data.PairLine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Lines of JSON whose video is a file. */
class JsonLineTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TEXTS = "'question':'What is it?','first':'A bar.','second':'Two.'";
  @TempDir Path folder;

  @BeforeAll
  static void needs_the_native_library() {
    try {
      Ffmpeg.load();
    } catch (EngineException e) {
      assumeTrue(false, e.getMessage());
    }
  }

  private static String line(String media) {
    return ("{" + TEXTS + "," + media + "}").replace('\'', '"');
  }

  private List<Video> videos(String media) throws Exception {
    return PairLine.read((ObjectNode) JSON.readTree(line(media)), MediaPaths.under(folder))
        .pair()
        .media()
        .stream()
        .map(Video.class::cast)
        .toList();
  }

  @Test
  void a_video_file_becomes_its_frames() throws Exception {
    TestVideos.write(folder.resolve("a.mp4"), "mpeg4", 10, 40);

    // 4 s: 8 frames at 2 a second, 4 at one; linspace(0, 39, 4) has steps of 13
    assertThat(videos("'video':'a.mp4'").get(0).frames()).hasSize(8);
    for (String media :
        List.of(
            "'video':'a.mp4','fps':1",
            "'videos':['a.mp4'],'fps':1",
            "'media':[{'video':'a.mp4','fps':1}]")) {
      Video video = videos(media).get(0);
      assertThat(TestVideos.numbers(video.frames())).as(media).containsExactly(0, 13, 26, 39);
      assertThat(video.fps()).as(media).isEqualTo(1.0); // 4 / 40 * 10
    }
    assertThat(videos("'videos':['a.mp4','a.mp4']")).hasSize(2);
  }

  @Test
  void the_demonstration_judge_scores_it_and_tells_what_it_cannot_read() throws Exception {
    TestVideos.write(folder.resolve("a.webm"), "libvpx-vp9", 10, 20);
    Files.writeString(folder.resolve("b.mp4"), "no film");
    Path input = folder.resolve("pairs.jsonl");
    Files.writeString(input, line("'video':'a.webm'") + "\n" + line("'video':'b.mp4'") + "\n");
    Path output = folder.resolve("scores.jsonl");
    try (EmbeddedJudge judge = EmbeddedJudge.unpack()) {
      new CommandLine(new ScoreCommand())
          .execute(
              "--checkpoint=" + judge.folder(),
              "--input=" + input,
              "--output=" + output,
              "--max-new-tokens=8");
    }

    List<String> lines = Files.readAllLines(output);
    assertThat(lines).hasSize(2);
    JsonNode scored = JSON.readTree(lines.get(0));
    assertThat(scored.path("error").isMissingNode()).as("%s", scored).isTrue();
    assertThat(JSON.readTree(lines.get(1)).path("error").asText())
        .startsWith("video: ")
        .contains("b.mp4: opening it as MP4 or WebM failed");
  }
}
