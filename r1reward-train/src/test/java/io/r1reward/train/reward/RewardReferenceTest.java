package io.r1reward.train.reward;

import static io.r1reward.train.ReferenceFiles.cases;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RewardReferenceTest {

  static List<JsonNode> answers() {
    return cases("stable-reinforce/answers.json");
  }

  @ParameterizedTest
  @MethodSource("answers")
  void format_and_repetition_equal_the_reference(JsonNode c) {
    String text = c.get("text").textValue();
    assertThat(FormatReward.isWellFormed(text)).isEqualTo(c.get("format_ok").booleanValue());
    double penalty = new RepetitionPenalty(3, -1).penalty(text);
    assertThat(penalty).isCloseTo(c.get("repetition_penalty_3gram").doubleValue(), within(1e-12));
  }

  @Test
  void final_reward_equals_the_reference() {
    List<JsonNode> cases = cases("stable-reinforce/final-reward.json");
    Rewards rewards = Rewards.released(ConsistencyJudge.rules());
    for (JsonNode c : cases) {
      assertThat(
              rewards.combine(
                  c.get("accuracy").doubleValue(),
                  c.get("format").doubleValue(),
                  c.get("consistency").doubleValue()))
          .isCloseTo(c.get("reward").doubleValue(), within(1e-12));
    }
    assertThat(cases).hasSizeGreaterThan(5);
  }
}
