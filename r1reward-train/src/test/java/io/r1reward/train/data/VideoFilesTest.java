package io.r1reward.train.data;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.r1reward.InvalidInputException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Without a reader of videos on the class path. */
class VideoFilesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"video\": \"film.mp4\"",
        "\"videos\": [\"film.webm\"]",
        "\"media\": [\"film.mp4\"]",
        "\"videos\": [\"film, part 2.mp4\"]",
        "\"video\": {\"video\": \"film.mp4\", \"fps\": 1}"
      })
  void the_module_that_is_missing_is_named(String media) throws Exception {
    ObjectNode line =
        (ObjectNode)
            new ObjectMapper()
                .readTree(
                    "{\"question\": \"q\", \"first\": \"a\", \"second\": \"b\", " + media + "}");

    assertThatThrownBy(() -> PairLine.read(line, MediaPaths.under(Path.of("root"))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(Path.of("root").resolve("film").toString())
        .hasMessageContaining("add io.r1reward:r1reward-video to the class path");
  }
}
