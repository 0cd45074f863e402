package io.r1reward.core.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.r1reward.core.testing.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class StreamingDecoderTest {
  private static Tokenizer tokenizer;

  @BeforeAll
  static void open() {
    tokenizer = Tokenizer.load(Reference.path("qwen25vl-tiny"));
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  @Test
  void holds_an_incomplete_character_back() {
    int[] ids = tokenizer.encode("\u0000😀a"); // U+1F600 is F0 9F 98 80: several byte tokens
    StreamingDecoder decoder = tokenizer.streamingDecoder(true);
    List<String> pieces = new ArrayList<>();
    for (int id : ids) {
      pieces.add(decoder.accept(id));
    }
    assertThat(pieces).startsWith("\u0000").endsWith("😀", "a").contains("");
    assertThat(decoder.finish()).isEmpty();
  }

  @Test
  void an_incomplete_end_becomes_one_replacement_character() {
    int[] ids = tokenizer.encode("😀");
    StreamingDecoder decoder = tokenizer.streamingDecoder(true);
    for (int i = 0; i < ids.length - 1; i++) {
      assertThat(decoder.accept(ids[i])).isEmpty();
    }
    assertThat(decoder.finish()).isEqualTo("\ufffd");
  }

  @Test
  void pieces_make_up_the_reference_texts_of_generated_tokens() {
    for (String name : List.of("a-text-only", "f-batch-left-padded", "g-image-then-video")) {
      JsonNode generation = Reference.json("cases/" + name + "/case.json").get("generation");
      for (int row = 0; row < generation.get("greedy_no_eos").size(); row++) {
        int[] ids = Reference.ints(generation.get("greedy_no_eos").get(row));
        assertThat(stream(ids, false))
            .isEqualTo(generation.get("greedy_no_eos_text").get(row).asText());
        assertThat(stream(ids, true))
            .isEqualTo(generation.get("greedy_no_eos_text_skip_special").get(row).asText());
      }
    }
  }

  @Test
  void pieces_make_up_what_decoding_all_at_once_gives() {
    Random random = new Random(20);
    for (int round = 0; round < 200; round++) {
      int[] ids = random.ints(30, 0, 1000).toArray();
      assertThat(stream(ids, true)).isEqualTo(tokenizer.decode(ids, true));
    }
  }

  private static String stream(int[] ids, boolean skipSpecial) {
    StreamingDecoder decoder = tokenizer.streamingDecoder(skipSpecial);
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      text.append(decoder.accept(id));
    }
    return text.append(decoder.finish()).toString();
  }
}
