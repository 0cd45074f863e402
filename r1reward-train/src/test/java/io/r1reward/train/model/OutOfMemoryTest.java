package io.r1reward.train.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.EngineException;
import io.r1reward.core.checkpoint.Checkpoint;
import io.r1reward.core.testing.ReferenceCase;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutOfMemoryTest {

  @Test
  void names_the_settings_to_lower_whoever_ran_out() {
    for (RuntimeException failure :
        List.of(
            new EngineException("backward: CUDA out of memory. Tried to allocate 2.50 GiB"),
            new ai.djl.engine.EngineException("DefaultCPUAllocator: can't allocate memory"),
            new EngineException("DefaultCPUAllocator: not enough memory: you tried to"))) {
      RuntimeException told = OutOfMemory.explained(failure, "a step", "lower tokenBudget");
      assertThat(told)
          .isInstanceOf(EngineException.class)
          .hasMessage("out of memory in a step: lower tokenBudget: " + failure.getMessage())
          .hasCause(failure);
      assertThat(OutOfMemory.explained(told, "a rollout", "x")).isSameAs(told);
    }
  }

  @Test
  void other_failures_stay_as_they_are() {
    RuntimeException failure = new EngineException("CUDA error: device-side assert");
    assertThat(OutOfMemory.explained(failure, "a step", "x")).isSameAs(failure);
    RuntimeException foreign = new IllegalStateException("out of memory in my own code");
    assertThat(OutOfMemory.explained(foreign, "a step", "x")).isSameAs(foreign);
  }

  @Test
  void backward_pass_says_how_large_it_was() {
    ReferenceCase reference = ReferenceCase.of("a-text-only");
    try (Checkpoint checkpoint = Checkpoint.open(reference.checkpoint());
        PolicyNetwork network =
            PolicyNetwork.load(
                checkpoint, NetworkSettings.builder().device("cpu").threads(1).build(), 0)) {
      List<TrainingRow> rows = List.of(new TrainingRow(reference.prompts().get(0), new int[0], 1));
      assertThatThrownBy(
              () ->
                  network.accumulate(
                      rows,
                      logs -> {
                        throw new EngineException("CUDA out of memory");
                      },
                      -1))
          .hasMessageStartingWith(
              "out of memory in a backward pass over 1 rows of 34 tokens: lower the token budget of a"
                  + " micro-batch (tokenBudget), headRows, or the pictures' maxPixels; compute more"
                  + " of it again (gradientCheckpointing 1)");
    }
  }
}
