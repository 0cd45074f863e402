package io.r1reward.core.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResponseFormatTest {
  // the published expression; (\n)?\z is what "$" means in Python
  private static final Pattern PUBLISHED =
      Pattern.compile("^<think>.*?</think><answer>.*?</answer>(\\n)?\\z", Pattern.DOTALL);

  @Test
  void agrees_with_the_published_check() throws IOException {
    for (JsonNode entry : VerdictRuleTest.answers()) {
      String text = entry.get("text").asText();
      assertThat(ResponseFormat.isStrict(text))
          .as(text)
          .isEqualTo(entry.get("format_ok").asBoolean());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<think></think><answer></answer",
        "<think></think><answer>1</answer>\n\n",
        "<think><answer></answer>",
        "<think></think></answer>",
        "<think></think><answer></answer><answer>",
        "</think><answer></answer>"
      })
  void refuses(String text) {
    assertThat(ResponseFormat.isStrict(text)).isFalse();
  }

  @Test
  void equals_the_expression_and_the_counts_on_random_tag_soup() {
    Random random = new Random(5);
    String[] pieces = {
      "<think>", "</think>", "<answer>", "</answer>", "1", "\n", "</think><answer>"
    };
    int accepted = 0;
    for (int round = 0; round < 50_000; round++) {
      StringBuilder soup = new StringBuilder("<think>");
      for (int i = random.nextInt(6); i >= 0; i--) {
        soup.append(pieces[random.nextInt(pieces.length)]);
      }
      String text = soup.toString();
      boolean expected =
          PUBLISHED.matcher(text).find()
              && text.split("<think>", -1).length == 2
              && text.split("<answer>", -1).length == 2;
      assertThat(ResponseFormat.isStrict(text)).as(text).isEqualTo(expected);
      accepted += expected ? 1 : 0;
    }
    assertThat(accepted).isGreaterThan(500);
  }
}
