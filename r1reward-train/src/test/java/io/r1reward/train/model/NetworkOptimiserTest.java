package io.r1reward.train.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.r1reward.InvalidInputException;
import io.r1reward.core.checkpoint.Checkpoint;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.testing.ReferenceCase;
import io.r1reward.train.optim.AdamW;
import io.r1reward.train.optim.AdamWSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkOptimiserTest {
  private static final ReferenceCase CASE = ReferenceCase.of("b-one-image-140x196");
  private static final AdamWSettings SETTINGS = AdamWSettings.DEFAULT.weightDecay(0.1);

  @TempDir Path folder;

  private static List<TrainingRow> rows() {
    List<TrainingRow> rows = new ArrayList<>();
    for (Prompt prompt : CASE.prompts()) {
      rows.add(new TrainingRow(prompt, new int[0], 40));
    }
    return rows;
  }

  private static NetworkSettings.Builder settings() {
    return NetworkSettings.builder().device("cpu").threads(1);
  }

  private static PolicyNetwork load(NetworkSettings settings, NetworkRole role) {
    try (Checkpoint checkpoint = Checkpoint.open(CASE.checkpoint())) {
      return PolicyNetwork.load(checkpoint, settings, role, 0);
    }
  }

  private static PolicyNetwork load(NetworkSettings settings) {
    return load(settings, NetworkRole.TRAINED);
  }

  /** The gradient of the summed negative log-probabilities, times a factor. */
  private static void backward(PolicyNetwork network, double factor) {
    network.accumulate(
        rows(),
        logs -> {
          double[][] gradient = new double[logs.length][];
          for (int i = 0; i < logs.length; i++) {
            gradient[i] = new double[logs[i].length];
            Arrays.fill(gradient[i], -factor);
          }
          return gradient;
        },
        -1);
  }

  private static AdamW.Step step(PolicyNetwork network, NetworkOptimiser optimiser) {
    backward(network, 1);
    return optimiser.step(1e-2);
  }

  private static void assertSame(PolicyNetwork actual, PolicyNetwork expected) {
    for (int i = 0; i < expected.trainable().size(); i++) {
      Parameter parameter = expected.trainable().get(i);
      assertThat(actual.values(actual.trainable().get(i)))
          .as(parameter.name())
          .isEqualTo(expected.values(parameter));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void optimiser_in_host_memory_steps_to_the_same_weights(boolean bfloat16) {
    try (PolicyNetwork here = load(settings().bfloat16(bfloat16).build());
        PolicyNetwork there = load(settings().bfloat16(bfloat16).offloadOptimiser(true).build());
        NetworkOptimiser one = new NetworkOptimiser(here, SETTINGS);
        NetworkOptimiser two = new NetworkOptimiser(there, SETTINGS)) {
      Parameter parameter = there.trainable().get(0);
      assertThat(parameter.master()).isNotSameAs(parameter.compute());
      assertThat(parameter.master().getDevice().isGpu()).isFalse();
      for (int i = 0; i < 2; i++) {
        AdamW.Step expected = step(here, one);
        assertThat(step(there, two)).isEqualTo(expected);
        assertThat(expected.gradientNorm()).isGreaterThan(1); // so that clipping is in it
      }
      assertSame(there, here);
      assertThat(there.logProbabilities(rows())).isDeepEqualTo(here.logProbabilities(rows()));
    }
  }

  @Test
  void state_in_host_memory_comes_back_to_the_last_bit() {
    NetworkSettings offloaded = settings().bfloat16(true).offloadOptimiser(true).build();
    try (PolicyNetwork through = load(offloaded);
        PolicyNetwork resumed = load(offloaded);
        NetworkOptimiser one = new NetworkOptimiser(through, SETTINGS);
        NetworkOptimiser two = new NetworkOptimiser(resumed, SETTINGS)) {
      step(through, one);
      TrainedState.save(through, one, folder);
      TrainedState.restore(resumed, two, folder);
      step(through, one);
      step(resumed, two);
      assertSame(resumed, through);
    }
  }

  @Test
  void gradients_of_replicas_are_summed_and_their_weights_follow() {
    NetworkSettings settings = settings().build();
    try (PolicyNetwork alone = load(settings);
        PolicyNetwork first = load(settings);
        PolicyNetwork second = load(settings, NetworkRole.REPLICA);
        NetworkOptimiser one = new NetworkOptimiser(alone, SETTINGS);
        NetworkOptimiser two = new NetworkOptimiser(List.of(first, second), SETTINGS)) {
      backward(alone, 1);
      backward(first, 0.25);
      backward(second, 0.75);
      double norm = one.step(1e-2).gradientNorm();
      assertThat(two.step(1e-2).gradientNorm()).isCloseTo(norm, within(1e-5 * norm));
      assertSame(second, first);
      assertThat(second.logProbabilities(rows())).isDeepEqualTo(first.logProbabilities(rows()));

      // what was collected is forgotten everywhere: nothing but the decay is left to do
      assertThat(two.step(1e-2).gradientNorm()).isZero();
    }
  }

  @Test
  void gradient_that_only_a_replica_has_counts() {
    NetworkSettings settings = settings().build();
    try (PolicyNetwork first = load(settings);
        PolicyNetwork second = load(settings, NetworkRole.REPLICA);
        NetworkOptimiser optimiser = new NetworkOptimiser(List.of(first, second), SETTINGS)) {
      backward(second, 1);
      assertThat(optimiser.step(1e-2).gradientNorm()).isGreaterThan(1);
      assertSame(second, first);
    }
  }

  @Test
  void frozen_network_collects_nothing_and_cannot_be_stepped() {
    try (PolicyNetwork frozen = load(settings().bfloat16(true).build(), NetworkRole.FROZEN)) {
      assertThat(frozen.trainable()).isEmpty();
      assertThat(frozen.parameters()).allMatch(p -> p.master() == p.compute());
      assertThatThrownBy(() -> new NetworkOptimiser(frozen, SETTINGS))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("the first network must be loaded as TRAINED, it is FROZEN");
    }
  }

  @Test
  void frozen_vision_tower_gets_no_gradient_and_the_rest_the_same() {
    try (PolicyNetwork whole = load(settings().build());
        PolicyNetwork text = load(settings().trainVision(false).build())) {
      backward(whole, 1);
      backward(text, 1);
      for (Parameter parameter : text.parameters()) {
        boolean vision = parameter.name().startsWith("visual.");
        assertThat(parameter.trainable()).as(parameter.name()).isEqualTo(!vision);
        float[] gradient = text.gradient(parameter);
        assertThat(gradient == null).as(parameter.name()).isEqualTo(vision);
        if (gradient != null) {
          Parameter same =
              whole.parameters().stream()
                  .filter(p -> p.name().equals(parameter.name()))
                  .findFirst()
                  .orElseThrow();
          assertThat(gradient).as(parameter.name()).isEqualTo(whole.gradient(same));
        }
      }
    }
  }

  @Test
  void adapters_of_a_replica_are_as_exact_as_those_of_the_first() {
    NetworkSettings settings = settings().bfloat16(true).lora(Lora.rank(2)).build();
    try (PolicyNetwork first = load(settings);
        PolicyNetwork second = load(settings, NetworkRole.REPLICA);
        NetworkOptimiser optimiser = new NetworkOptimiser(List.of(first, second), SETTINGS)) {
      backward(second, 1);
      optimiser.step(1e-2);
      assertSame(second, first); // the float32 masters, which rollouts merge
      assertThat(second.logProbabilities(rows())).isDeepEqualTo(first.logProbabilities(rows()));
    }
  }
}
