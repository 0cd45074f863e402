package io.r1reward.train.rl;

import static io.r1reward.train.ReferenceFiles.cases;
import static io.r1reward.train.ReferenceFiles.json;
import static io.r1reward.train.ReferenceFiles.row;
import static io.r1reward.train.ReferenceFiles.rows;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReleasedLayoutTest {

  private static int[] ints(JsonNode node) {
    return Arrays.stream(row(node)).mapToInt(value -> (int) value).toArray();
  }

  private static boolean[] flags(JsonNode node) {
    boolean[] flags = new boolean[node.size()];
    for (int i = 0; i < flags.length; i++) {
      flags[i] = node.get(i).intValue() != 0;
    }
    return flags;
  }

  @Test
  void sequences_after_generation() {
    int compared = 0;
    for (JsonNode c : cases("stable-reinforce/process-sequences.json")) {
      for (int i = 0; i < c.get("input").size(); i++) {
        ReleasedLayout.Processed processed =
            ReleasedLayout.process(
                ints(c.get("input").get(i)),
                c.get("input_len").intValue(),
                c.get("eos_token_id").intValue(),
                c.get("pad_token_id").intValue());
        assertThat(processed.tokens()).containsExactly(ints(c.get("sequences").get(i)));
        assertThat(processed.attention()).containsExactly(flags(c.get("attention_mask").get(i)));
        assertThat(processed.actions()).containsExactly(flags(c.get("action_mask").get(i)));
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(8);
  }

  @Test
  void stored_rollouts_without_padding_and_batched_again() {
    for (JsonNode c : cases("stable-reinforce/replay-items.json")) {
      for (String field :
          List.of("sequences", "attention_mask", "action_log_probs", "returns", "advantages")) {
        List<double[]> stripped = new ArrayList<>();
        for (int i = 0; i < c.get("items").size(); i++) {
          JsonNode item = c.get("items").get(i);
          boolean whole = field.equals("sequences") || field.equals("attention_mask");
          double[] values =
              ReleasedLayout.strip(
                  row(item.get(field)),
                  whole ? leading(item.get("attention_mask")) : 0,
                  flags(item.get("action_mask")));
          assertThat(values).containsExactly(row(c.get("stripped").get(i).get(field)));
          stripped.add(values);
        }
        assertThat(ReleasedLayout.padLeft(stripped.toArray(double[][]::new)))
            .isDeepEqualTo(rows(c.get("batch").get(field)));
      }
    }
  }

  private static int leading(JsonNode attention) {
    int n = 0;
    while (attention.get(n).intValue() == 0) {
      n++;
    }
    return n;
  }

  @Test
  void positions_of_packed_sequences() {
    JsonNode c = json("stable-reinforce/packed-position-ids.json");
    JsonNode one = c.isArray() ? c.get(0) : c;
    for (int i = 0; i < one.get("attention_mask").size(); i++) {
      assertThat(ReleasedLayout.packedPositions(ints(one.get("attention_mask").get(i))))
          .containsExactly(ints(one.get("position_ids").get(i)));
    }
  }

  @Test
  void response_of_a_chat() {
    List<JsonNode> cases = new ArrayList<>(cases("stable-reinforce/response-from-query.json"));
    assertThat(cases).hasSize(4);
    for (JsonNode c : cases) {
      String query = c.get("query").textValue();
      if (c.get("response").isNull()) {
        assertThat(ReleasedLayout.response(query)).isEmpty();
      } else {
        assertThat(ReleasedLayout.response(query)).contains(c.get("response").textValue());
      }
    }
    for (JsonNode c : cases("stable-reinforce/answers.json")) {
      String text = c.get("text").textValue();
      assertThat(ReleasedLayout.response("<|im_start|>assistant\n" + text))
          .contains(c.get("response_from_query").textValue());
    }
  }
}
