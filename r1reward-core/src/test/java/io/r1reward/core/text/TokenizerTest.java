package io.r1reward.core.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.primitives.Ints;
import io.r1reward.CheckpointException;
import io.r1reward.InvalidInputException;
import io.r1reward.core.protocol.JudgeProtocol;
import io.r1reward.core.protocol.TemplateProtocol;
import io.r1reward.core.testing.Reference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerTest {
  private static Tokenizer tokenizer;

  @TempDir private Path folder;

  @BeforeAll
  static void open() {
    tokenizer = Tokenizer.load(Reference.path("qwen25vl-tiny"));
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  // ids from the added_tokens of qwen25vl-tiny/tokenizer.json
  @ParameterizedTest
  @CsvSource({"<|endoftext|>,916", "<|im_start|>,917", "<|im_end|>,918", "<|image_pad|>,928"})
  void knows_its_control_tokens(String content, int id) {
    assertThat(tokenizer.controlToken(content)).isEqualTo(id);
    assertThat(tokenizer.isControl(id)).isTrue();
    assertThat(tokenizer.encodeWithControls(content)).containsExactly(id);
  }

  @Test
  void fourteen_of_the_added_tokens_are_control_tokens() {
    assertThat(tokenizer.addedTokens()).hasSize(22);
    assertThat(tokenizer.addedTokens()).filteredOn(AddedToken::control).hasSize(14);
    assertThat(tokenizer.vocabularySize()).isEqualTo(938); // 916 learned + 22 added
  }

  @Test
  void a_control_token_that_does_not_exist_is_named() {
    assertThatThrownBy(() -> tokenizer.controlToken("<|nope|>"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("<|nope|>");
    assertThatThrownBy(() -> tokenizer.controlToken("<tool_call>"))
        .isInstanceOf(CheckpointException.class);
  }

  @Test
  void ordinary_added_tokens_stay_tokens_in_plain_text() {
    // id 930 in tokenizer.json, special = false
    assertThat(tokenizer.encode("a<tool_call>b"))
        .isEqualTo(Ints.concat(tokenizer.encode("a"), new int[] {930}, tokenizer.encode("b")));
    assertThat(tokenizer.decode(new int[] {930}, true)).isEqualTo("<tool_call>");
  }

  @Test
  void tags_of_a_judgement_are_decoded_though_a_fine_tune_made_them_special() throws IOException {
    String json = Files.readString(Reference.path("qwen25vl-tiny").resolve("tokenizer.json"));
    String[] tags = {"<think>", "</think>", "<answer>", "</answer>", "<s>"};
    StringBuilder added = new StringBuilder();
    for (int i = 0; i < tags.length; i++) {
      added.append("{\"id\":").append(938 + i).append(",\"content\":\"").append(tags[i]);
      added.append("\",\"special\":true},");
    }
    Files.writeString(
        folder.resolve("tokenizer.json"),
        json.replaceFirst("\"added_tokens\"\\s*:\\s*\\[", "$0" + added));
    try (Tokenizer special = Tokenizer.load(folder)) {
      String text = "<think>a</think><answer>1</answer>";
      int[] ids = special.encodeWithControls("<s>" + text + "<|im_end|>");
      assertThat(Ints.asList(ids)).contains(938, 939, 940, 941, 942, 918);
      assertThat(special.decode(ids, true)).isEqualTo(text);
      StreamingDecoder decoder = special.streamingDecoder(true);
      for (int id : ids) {
        decoder.accept(id);
      }
      assertThat(decoder.text().toString()).isEqualTo(text);
      int at = special.tokenAt(ids, true, text.indexOf('1')).orElseThrow();
      assertThat(special.decode(new int[] {ids[at]}, true)).isEqualTo("1");
      // text that is learned from and asked with holds the tokens that the judge was trained on
      assertThat(Ints.asList(special.encode(text))).contains(938, 939, 940, 941);
      assertThat(Ints.asList(special.encode("<s>" + text))).noneMatch(special::isControl);
    }
  }

  @Test
  void markers_of_another_protocol_are_decoded_though_special() throws IOException {
    withAddedToken("{\"id\":938,\"content\":\"<|verdict|>\",\"special\":true}");
    JudgeProtocol protocol =
        TemplateProtocol.builder()
            .template("{question}{first}{second}")
            .answerMarkers("<|verdict|>:", "<|im_end|>")
            .build();
    try (Tokenizer plain = Tokenizer.load(folder);
        Tokenizer marked = Tokenizer.load(folder, protocol.markers())) {
      int[] ids = plain.encodeWithControls("x<|verdict|>:2<|im_end|>");
      assertThat(plain.decode(ids, true)).isEqualTo("x:2");
      assertThat(marked.decode(ids, true)).isEqualTo("x<|verdict|>:2"); // a turn's end stays one
      assertThat(Ints.asList(plain.encode("<|verdict|>"))).doesNotContain(938);
      assertThat(marked.encode("<|verdict|>")).containsExactly(938);
    }
  }

  @Test
  void added_tokens_that_ask_for_it_are_looked_for_in_normalised_text() throws IOException {
    withAddedToken(
        "{\"id\":938,\"content\":\"<caf\u00e9>\",\"special\":false,\"normalized\":true},"
            + "{\"id\":939,\"content\":\"<the\u00e9>\",\"special\":false,\"normalized\":false}");
    try (Tokenizer tokenizer = Tokenizer.load(folder)) {
      String decomposed = "e\u0301>";
      assertThat(tokenizer.encode("a<caf" + decomposed + "b"))
          .isEqualTo(Ints.concat(tokenizer.encode("a"), new int[] {938}, tokenizer.encode("b")));
      assertThat(tokenizer.encode("<caf\u00e9>")).containsExactly(938);
      assertThat(tokenizer.encode("<the\u00e9>")).containsExactly(939);
      assertThat(Ints.asList(tokenizer.encode("<the" + decomposed))).doesNotContain(939);
    }
    String json = Files.readString(folder.resolve("tokenizer.json"));
    Files.writeString(
        folder.resolve("tokenizer.json"), json.replaceFirst("\"NFC\"", "\"Lowercase\""));
    assertThatThrownBy(() -> Tokenizer.load(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("<caf\u00e9> has normalized = true")
        .hasMessageContaining("Lowercase");
  }

  private void withAddedToken(String token) throws IOException {
    String json = Files.readString(Reference.path("qwen25vl-tiny").resolve("tokenizer.json"));
    Files.writeString(
        folder.resolve("tokenizer.json"),
        json.replaceFirst(
            "\"added_tokens\"\\s*:\\s*\\[", "$0" + Matcher.quoteReplacement(token) + ","));
  }

  @Test
  void pad_and_end_come_from_the_configuration() {
    assertThat(tokenizer.padId()).hasValue(916);
    assertThat(tokenizer.eosId()).hasValue(918);
  }

  @Test
  void ids_without_a_token_decode_to_nothing() {
    int[] ids = Ints.concat(tokenizer.encode("ab"), new int[] {938, 999, Integer.MAX_VALUE, -1});
    assertThat(tokenizer.decode(ids, false)).isEqualTo("ab");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\ud800", "\udc00", "a\ud83d", "\ude00\ud83d"})
  void lone_surrogates_become_replacement_characters_and_spare_their_neighbours(String lone) {
    String expected = lone.replaceAll("[\\ud800-\\udfff]", "\ufffd");
    assertThat(tokenizer.decode(tokenizer.encode("😀" + lone + "\0é"), false))
        .isEqualTo("😀" + expected + "\0é");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", " ", "\n", "7", "<|im_end|>", "\u0301", "😀", "\0", "'", "\t "})
  void long_runs_of_anything_are_encoded(String unit) {
    assertEncodes(unit.repeat((1 << 15) / unit.length()));
  }

  /** Beyond ten million steps the native expression engine would end the process. */
  @Test
  void the_longest_run_of_blanks_is_encoded() {
    assertEncodes(" ".repeat(Tokenizer.MAX_TEXT_LENGTH - 1) + "x");
  }

  @Test
  void a_megabyte_is_encoded() {
    assertEncodes("<|im_end|> and some <answer>1</answer>\n".repeat((1 << 20) / 40));
  }

  private static void assertEncodes(String text) {
    int[] ids = tokenizer.encode(text);
    assertThat(IntStream.of(ids).anyMatch(tokenizer::isControl)).isFalse();
    assertThat(tokenizer.decode(ids, true)).isEqualTo(text);
  }

  @Test
  void a_text_beyond_the_limit_is_refused() {
    String text = "a".repeat(Tokenizer.MAX_TEXT_LENGTH + 1);
    assertThatThrownBy(() -> tokenizer.encode(text))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("2097153")
        .hasMessageContaining("2097152");
  }

  @Test
  void finds_the_token_that_holds_a_character() {
    int[] ids = tokenizer.encode("😀 <answer>1</answer>");
    String text = tokenizer.decode(ids, true);
    int at = tokenizer.tokenAt(ids, true, text.indexOf('1')).orElseThrow();
    assertThat(tokenizer.decode(new int[] {ids[at]}, true)).isEqualTo("1");
    assertThat(tokenizer.tokenAt(ids, true, text.length())).isEmpty();
    // the emoji is spread over several byte tokens and is there with the last of them
    int emoji = tokenizer.tokenAt(ids, true, 0).orElseThrow();
    assertThat(
            tokenizer.decode(
                Ints.asList(ids).subList(0, emoji + 1).stream()
                    .mapToInt(Integer::intValue)
                    .toArray(),
                true))
        .isEqualTo("😀");
  }

  @Test
  void threads_share_one_tokenizer() throws Exception {
    int[] expected = tokenizer.encode("The first response is better. <|im_end|> 你好");
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Boolean>> results = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        results.add(
            threads.submit(
                () ->
                    Ints.asList(expected)
                        .equals(
                            Ints.asList(
                                tokenizer.encode("The first response is better. <|im_end|> 你好")))));
      }
      for (Future<Boolean> result : results) {
        assertThat(result.get()).isTrue();
      }
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void a_closed_tokenizer_refuses_to_encode_and_goes_on_decoding() {
    Tokenizer closed = Tokenizer.load(Reference.path("qwen25vl-tiny"));
    int[] ids = closed.encode("text");
    closed.close();
    closed.close();
    assertThatThrownBy(() -> closed.encode("text"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    assertThat(closed.decode(ids, true)).isEqualTo("text");
  }

  @Test
  void closing_waits_for_texts_that_are_being_encoded() throws Exception {
    Tokenizer shared = Tokenizer.load(Reference.path("qwen25vl-tiny"));
    CountDownLatch running = new CountDownLatch(2);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<Object>> results = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        results.add(
            threads.submit(
                () -> {
                  while (true) {
                    shared.encode("some words to be encoded while another thread closes");
                    running.countDown();
                  }
                }));
      }
      running.await();
      shared.close();
      for (Future<Object> result : results) {
        assertThatThrownBy(result::get).hasCauseInstanceOf(IllegalStateException.class);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void a_folder_without_tokenizer_is_named() {
    assertThatThrownBy(() -> Tokenizer.load(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(folder.resolve("tokenizer.json").toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{",
        "{}",
        "{\"model\":{\"vocab\":{\"a\":-1}}}",
        "{\"model\":{\"vocab\":{\"a\":999999999}}}",
        "{\"model\":{\"vocab\":{\"a\":\"b\"}}}",
        "{\"added_tokens\":[],\"model\":{\"vocab\":{\"a\":0}}}",
        "{\"added_tokens\":{},\"model\":{\"vocab\":{\"a\":0}},\"decoder\":{\"type\":\"ByteLevel\"}}",
        "{\"added_tokens\":[],\"model\":{\"vocab\":{\"a\":0}},\"decoder\":{\"type\":\"ByteLevel\"}}",
        "{\"added_tokens\":[{\"id\":1,\"content\":\"x\",\"lstrip\":true}]}",
      })
  void a_malformed_file_is_named(String json) throws IOException {
    Path file = Files.writeString(folder.resolve("tokenizer.json"), json);
    assertThatThrownBy(() -> Tokenizer.load(folder))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(file.toString());
  }
}
