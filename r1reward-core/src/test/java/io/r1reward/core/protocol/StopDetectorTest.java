package io.r1reward.core.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.InvalidInputException;
import java.util.List;
import org.junit.jupiter.api.Test;

class StopDetectorTest {

  @Test
  void stops_at_the_answer_after_the_reasoning_and_not_at_one_that_is_quoted_in_it() {
    String text = "<think>it says <answer>1</answer> here</think><answer>2</answer> more";
    // the stop string is complete with the character before " more"
    assertThat(stopLength(text, List.of("</answer>"))).isEqualTo(text.length() - " more".length());
  }

  @Test
  void a_stop_string_may_come_in_pieces_of_any_size() {
    JudgeProtocol protocol = R1RewardProtocol.create();
    StopDetector detector = new StopDetector(protocol, protocol.stopStrings());
    StringBuilder text = new StringBuilder("<answer>1</ans");
    assertThat(detector.isFinished(text)).isFalse();
    assertThat(detector.isFinished(text)).isFalse();
    assertThat(detector.isFinished(text.append("wer> and more"))).isTrue();
  }

  @Test
  void a_caller_may_give_others_or_none() {
    assertThat(stopLength("a. b. c", List.of(". c", ". b"))).isEqualTo(4);
    assertThat(stopLength("<answer>1</answer>", List.of())).isEqualTo(-1);
    assertThatThrownBy(() -> new StopDetector(R1RewardProtocol.create(), List.of("")))
        .isInstanceOf(InvalidInputException.class);
  }

  /** Grows a text by single characters; returns its length when it is finished, else -1. */
  private static int stopLength(String text, List<String> stopStrings) {
    StopDetector detector = new StopDetector(R1RewardProtocol.create(), stopStrings);
    for (int length = 1; length <= text.length(); length++) {
      if (detector.isFinished(text.substring(0, length))) {
        return length;
      }
    }
    return -1;
  }
}
