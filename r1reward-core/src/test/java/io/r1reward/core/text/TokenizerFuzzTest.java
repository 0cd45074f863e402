package io.r1reward.core.text;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.google.common.primitives.Ints;
import io.r1reward.core.testing.Reference;
import java.io.IOException;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Seeded random strings against what must hold for every text, and against the native tokenizer
 * with the checkpoint's whole file.
 */
class TokenizerFuzzTest {
  private static final int ROUNDS = 3000;
  private static final List<String> CONTROLS =
      List.of("<|im_end|>", "<|im_start|>", "<|image_pad|>", "<|video_pad|>", "<|endoftext|>");
  private static final List<String> ORDINARY = List.of("<tool_call>", "<|fim_prefix|>");
  private static final List<String> SNIPPETS =
      List.of(
          "<|",
          "|>",
          "<|im_",
          "end|>",
          "<",
          "'s",
          "'LL",
          "\r\n",
          "  ",
          "é",
          "e\u0301",
          "각",
          "\u1112\u1161\u11ab",
          "😀",
          "\u200d",
          "\ufeff",
          "\0",
          "１",
          "<answer>1</answer>",
          "user\n");

  private static Tokenizer tokenizer;
  private static HuggingFaceTokenizer whole;

  @BeforeAll
  static void open() throws IOException {
    tokenizer = Tokenizer.load(Reference.path("qwen25vl-tiny"));
    whole =
        HuggingFaceTokenizer.newInstance(
            Reference.path("qwen25vl-tiny/tokenizer.json"),
            Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "false"));
  }

  @AfterAll
  static void close() {
    tokenizer.close();
    whole.close();
  }

  @Test
  void plain_text_comes_back_normalised_and_without_any_control_token() {
    Random random = new Random(1);
    for (int round = 0; round < ROUNDS; round++) {
      String text = randomText(random, CONTROLS, 0.02);
      int[] ids = tokenizer.encode(text);
      assertThat(Ints.asList(ids)).as(text).noneMatch(tokenizer::isControl);
      String expected = nfc(replaceLone(text));
      assertThat(tokenizer.decode(ids, true)).isEqualTo(expected);
      assertThat(tokenizer.decode(ids, false)).isEqualTo(expected);
    }
  }

  @Test
  void trusted_text_gets_the_ids_of_the_whole_native_tokenizer() {
    Random random = new Random(2);
    int controls = 0;
    for (int round = 0; round < ROUNDS; round++) {
      String text =
          randomText(
              random,
              List.of(CONTROLS.get(0), CONTROLS.get(2), ORDINARY.get(0), ORDINARY.get(1)),
              0);
      int[] ids = tokenizer.encodeWithControls(text);
      assertThat(ids).as(text).isEqualTo(ints(whole.encode(text, false, false).getIds()));
      controls += (int) Arrays.stream(ids).filter(tokenizer::isControl).count();
    }
    assertThat(controls).isGreaterThan(ROUNDS / 2);
  }

  @Test
  void plain_text_without_control_strings_gets_the_same_ids_either_way() {
    Random random = new Random(3);
    int compared = 0;
    for (int round = 0; round < ROUNDS; round++) {
      String text = randomText(random, ORDINARY, 0.01);
      // neighbouring snippets may make up a control string
      if (CONTROLS.stream().noneMatch(text::contains)) {
        assertThat(tokenizer.encode(text)).as(text).isEqualTo(tokenizer.encodeWithControls(text));
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(ROUNDS / 2);
  }

  @Test
  void any_ids_decode_as_the_whole_native_tokenizer_decodes_them() {
    Random random = new Random(4);
    for (int round = 0; round < ROUNDS; round++) {
      // mostly the byte tokens, whose sequences are rarely well-formed UTF-8
      int[] ids = random.ints(random.nextInt(20), 0, round % 2 == 0 ? 256 : 1000).toArray();
      for (boolean skipSpecial : new boolean[] {false, true}) {
        String text = tokenizer.decode(ids, skipSpecial);
        assertThat(text)
            .as(Arrays.toString(ids))
            .isEqualTo(whole.decode(Arrays.stream(ids).asLongStream().toArray(), skipSpecial));
        StreamingDecoder decoder = tokenizer.streamingDecoder(skipSpecial);
        StringBuilder pieces = new StringBuilder();
        for (int id : ids) {
          pieces.append(decoder.accept(id));
        }
        assertThat(pieces.append(decoder.finish()).toString()).isEqualTo(text);
      }
    }
  }

  private static String randomText(Random random, List<String> added, double loneSurrogates) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(30); i > 0; i--) {
      double dice = random.nextDouble();
      if (dice < loneSurrogates) {
        text.append((char) (Character.MIN_SURROGATE + random.nextInt(0x800)));
      } else if (dice < 0.15) {
        text.append(added.get(random.nextInt(added.size())));
      } else if (dice < 0.45) {
        text.append(SNIPPETS.get(random.nextInt(SNIPPETS.size())));
      } else if (dice < 0.7) {
        text.append((char) (' ' + random.nextInt(95)));
      } else {
        text.appendCodePoint(randomCodePoint(random));
      }
    }
    return text.toString();
  }

  /** Assigned characters alone: their normal forms are the same in every version of Unicode. */
  private static int randomCodePoint(Random random) {
    while (true) {
      int point = random.nextInt(random.nextBoolean() ? 0x3000 : 0x20000);
      if (Character.isDefined(point) && Character.getType(point) != Character.SURROGATE) {
        return point;
      }
    }
  }

  private static String replaceLone(String text) {
    StringBuilder result = new StringBuilder();
    text.codePoints()
        .map(point -> Character.getType(point) == Character.SURROGATE ? 0xFFFD : point)
        .forEach(result::appendCodePoint);
    return result.toString();
  }

  private static String nfc(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFC);
  }

  private static int[] ints(long[] ids) {
    return Arrays.stream(ids).mapToInt(Math::toIntExact).toArray();
  }
}
