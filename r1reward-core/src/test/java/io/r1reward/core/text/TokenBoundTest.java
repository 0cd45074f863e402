package io.r1reward.core.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.r1reward.core.testing.Reference;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TokenBoundTest {

  private static TokenBound bound(String... tokens) {
    return new TokenBound(
        Stream.of(tokens)
            .map(token -> token.getBytes(StandardCharsets.UTF_8))
            .toArray(byte[][]::new));
  }

  @Test
  void the_kind_of_character_that_needs_most_tokens_decides() {
    TokenBound bound = bound("a", "b", " ", "aa", " ab", "bbbb", "日本", "日");

    assertThat(bound.atLeast("aaaaa")).isEqualTo(3); // two a in "aa"
    assertThat(bound.atLeast("bbbbb")).isEqualTo(2); // four b in "bbbb"
    assertThat(bound.atLeast(" ab ab ab")).isEqualTo(3); // no token begins two words
    assertThat(bound.atLeast("日本日本日")).isEqualTo(3);
    assertThat(bound.atLeast("")).isEqualTo(0);
  }

  @Test
  void what_nfc_may_combine_does_not_count() {
    // a + U+0301 is one character after NFC, which a vocabulary may hold many times in one token
    assertThat(bound("a", "áááá").atLeast("a\u0301a\u0301a\u0301")).isEqualTo(0);
  }

  @Test
  void it_is_never_above_the_number_of_tokens() {
    String[] parts = {
      " ",
      "  ",
      "\n",
      "a",
      "e\u0301",
      " cat",
      "7",
      "42",
      ".",
      "===",
      "日本",
      "é",
      "\u212A",
      "😀",
      "ﬁ",
      " the",
      "<think>",
      "\u1100\u1161\u11A8",
      "\t",
      "ZZ"
    };
    Random random = new Random(5);
    try (Tokenizer tokenizer = Tokenizer.load(Reference.path("qwen25vl-tiny"))) {
      for (int run = 0; run < 500; run++) {
        StringBuilder text = new StringBuilder();
        int length = 1 + random.nextInt(60);
        int kinds = 1 + random.nextInt(parts.length);
        for (int i = 0; i < length; i++) {
          text.append(parts[random.nextInt(kinds)]);
        }
        assertThat(tokenizer.leastTokens(text.toString()))
            .as("%s", text)
            .isLessThanOrEqualTo(tokenizer.encode(text.toString()).length);
      }
      // and not far below: one token for every word
      assertThat(tokenizer.leastTokens(" the cat".repeat(1000))).isGreaterThanOrEqualTo(2000);
    }
  }
}
