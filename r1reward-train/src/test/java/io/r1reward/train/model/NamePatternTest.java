package io.r1reward.train.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.CheckpointException;
import org.junit.jupiter.api.Test;

class NamePatternTest {
  private static NamePattern pattern(String expression) {
    return NamePattern.of("target_modules", expression);
  }

  @Test
  void matches_whole_names() {
    NamePattern pattern = pattern("model\\.layers\\.\\d+\\..*q_proj");
    assertThat(pattern.matches("model.layers.12.self_attn.q_proj")).isTrue();
    assertThat(pattern.matches("model.layers.12.self_attn.q_proj.lora")).isFalse();
    assertThat(pattern.matches("base.model.layers.12.self_attn.q_proj")).isFalse();
  }

  @Test
  void looks_ahead() {
    NamePattern pattern = pattern("^(?!.*visual).*(?:q_proj|up_proj).*");
    assertThat(pattern.matches("model.layers.0.mlp.up_proj")).isTrue();
    assertThat(pattern.matches("visual.blocks.0.mlp.up_proj")).isFalse();
  }

  @Test
  void refuses_what_is_no_expression() {
    assertThatThrownBy(() -> pattern("(q_proj"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("target_modules is no regular expression: Unclosed group")
        .hasMessageEndingWith("in (q_proj");
  }

  @Test
  void gives_up_on_an_expression_that_would_never_end() {
    // every way to share 60 letters among 12 repetitions: more than 10^12
    assertThatThrownBy(() -> pattern("a*".repeat(12) + "b").matches("a".repeat(60)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith("target_modules takes more than 10000000 steps on aaa");
  }

  @Test
  void refuses_expressions_beyond_its_limits() {
    assertThatThrownBy(() -> pattern("a".repeat(4097)))
        .hasMessage("target_modules has 4097 characters, more than 4096");
    assertThatThrownBy(() -> pattern("(".repeat(101) + ")".repeat(101)))
        .hasMessage("target_modules has 101 parentheses within each other, more than 100");
    assertThatThrownBy(() -> pattern("(?:(?:){1000}){1000,}"))
        .hasMessage("target_modules repeats up to 1000000 times, more than 100000");
  }
}
