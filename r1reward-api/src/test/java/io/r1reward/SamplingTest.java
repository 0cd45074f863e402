package io.r1reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SamplingTest {

  @Test
  void nothing_is_given_by_default_but_seed_0() {
    assertThat(Sampling.defaults())
        .isEqualTo(new Sampling(null, null, null, null, null, null, null, 0));
  }

  @Test
  void greedy_gives_only_the_temperature() {
    assertThat(Sampling.greedy())
        .isEqualTo(new Sampling(0.0, null, null, null, null, null, null, 0));
  }

  @Test
  void a_builder_from_settings_keeps_every_value() {
    Sampling all =
        Sampling.builder()
            .temperature(0.7)
            .topK(5)
            .topP(0.9)
            .minP(0.1)
            .repetitionPenalty(1.05)
            .maxNewTokens(10)
            .stopStrings(List.of("</answer>"))
            .seed(42)
            .build();

    assertThat(all.toBuilder().build()).isEqualTo(all);
    assertThat(all.toBuilder().seed(43).build()).isNotEqualTo(all);
  }

  @Test
  void limits_themselves_are_allowed() {
    Sampling edge =
        Sampling.builder()
            .temperature(0)
            .topK(0)
            .topP(1)
            .minP(1)
            .repetitionPenalty(1e-3)
            .maxNewTokens(1)
            .stopStrings(List.of())
            .build();

    assertThat(edge.stopStrings()).isEmpty();
    assertThat(edge.topP()).isEqualTo(1.0);
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        wrong(b -> b.temperature(-0.1), "temperature must be finite and at least 0, got -0.1"),
        wrong(b -> b.temperature(Double.NaN), "temperature must be finite and at least 0, got NaN"),
        wrong(
            b -> b.temperature(Double.POSITIVE_INFINITY),
            "temperature must be finite and at least 0, got Infinity"),
        wrong(b -> b.topK(-1), "topK must be at least 0, got -1"),
        wrong(b -> b.topP(0), "topP must be in (0, 1], got 0.0"),
        wrong(b -> b.topP(1.5), "topP must be in (0, 1], got 1.5"),
        wrong(b -> b.topP(Double.NaN), "topP must be in (0, 1], got NaN"),
        wrong(b -> b.minP(-1), "minP must be in [0, 1], got -1.0"),
        wrong(b -> b.minP(2), "minP must be in [0, 1], got 2.0"),
        wrong(
            b -> b.repetitionPenalty(0), "repetitionPenalty must be positive and finite, got 0.0"),
        wrong(b -> b.maxNewTokens(0), "maxNewTokens must be at least 1, got 0"),
        wrong(
            b -> b.stopStrings(List.of("a", "")),
            "stopStrings must not hold an empty string, got [a, ]"));
  }

  private static Arguments wrong(Consumer<Sampling.Builder> change, String message) {
    return Arguments.of(change, message);
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("wrong")
  void values_out_of_range_are_refused(Consumer<Sampling.Builder> change, String message) {
    Sampling.Builder builder = Sampling.builder();
    change.accept(builder);

    assertThatThrownBy(builder::build)
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(message);
  }
}
