package io.r1reward.core.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.io.Resources;
import com.google.common.primitives.Ints;
import io.r1reward.core.testing.Reference;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Ids and texts of the reference: both small checkpoints, and the published Qwen2.5 tokenizer (as
 * far as its strings need it, see qwen2.5-excerpt/README.md).
 */
class TokenizerReferenceTest {
  static Stream<String> checkpoints() {
    return Stream.of("qwen25vl-tiny", "qwen25vl-tiny-tied", "qwen2.5");
  }

  private static Tokenizer load(String name) throws Exception {
    return Tokenizer.load(
        name.equals("qwen2.5")
            ? Path.of(Resources.getResource("qwen2.5-excerpt").toURI())
            : Reference.path(name));
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void gives_the_reference_ids_and_texts(String checkpoint) throws Exception {
    try (Tokenizer tokenizer = load(checkpoint)) {
      JsonNode strings = Reference.json("tokenizer/" + checkpoint + ".json");
      assertThat(strings).hasSize(140);
      for (JsonNode string : strings) {
        String text = string.get("text").asText();
        int[] ids = Reference.ints(string.get("ids"));
        assertThat(tokenizer.encodeWithControls(text)).as(text).isEqualTo(ids);
        assertThat(tokenizer.decode(ids, false)).as(text).isEqualTo(string.get("decoded").asText());
        assertThat(tokenizer.decode(ids, true))
            .as(text)
            .isEqualTo(string.get("decoded_skip_special").asText());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void plain_text_keeps_its_ids_and_control_strings_become_characters(String checkpoint)
      throws Exception {
    try (Tokenizer tokenizer = load(checkpoint)) {
      int withControls = 0;
      for (JsonNode string : Reference.json("tokenizer/" + checkpoint + ".json")) {
        String text = string.get("text").asText();
        int[] ids = Reference.ints(string.get("ids"));
        int[] plain = tokenizer.encode(text);
        if (Ints.asList(ids).stream().anyMatch(tokenizer::isControl)) {
          withControls++;
          assertThat(Ints.asList(plain)).as(text).noneMatch(tokenizer::isControl);
          assertThat(tokenizer.decode(plain, true))
              .as(text)
              .isEqualTo(Normalizer.normalize(text, Normalizer.Form.NFC));
        } else {
          assertThat(plain).as(text).isEqualTo(ids);
        }
      }
      assertThat(withControls).isGreaterThan(20);
    }
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void a_control_string_is_split_like_the_reference_splits_what_looks_like_one(String checkpoint)
      throws Exception {
    try (Tokenizer tokenizer = load(checkpoint)) {
      // "<|im_start|" is in the reference; only its last piece changes, "|" to "|>", and
      // "<|unknown_token|>" tells what "|>" becomes
      int[] open = reference(checkpoint, "<|im_start|");
      int[] pipe = tokenizer.encode("|");
      int[] tail = tokenizer.encode("|>");
      assertThat(reference(checkpoint, "<|unknown_token|>")).endsWith(tail);
      assertThat(open).endsWith(pipe);
      List<Integer> expected =
          Stream.concat(
                  Ints.asList(open).subList(0, open.length - pipe.length).stream(),
                  Ints.asList(tail).stream())
              .toList();
      assertThat(Ints.asList(tokenizer.encode("<|im_start|>"))).isEqualTo(expected);
    }
  }

  private static int[] reference(String checkpoint, String text) {
    for (JsonNode string : Reference.json("tokenizer/" + checkpoint + ".json")) {
      if (string.get("text").asText().equals(text)) {
        return Reference.ints(string.get("ids"));
      }
    }
    throw new AssertionError("not in the reference: " + text);
  }
}
