package io.r1reward.train.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.InvalidInputException;
import io.r1reward.core.model.ModelConfig;
import io.r1reward.core.model.ModelShape;
import io.r1reward.train.TinyTask;
import org.junit.jupiter.api.Test;

class MemoryEstimateTest {
  /**
   * Two layers of 96 with 6 and 2 heads of 16 and an MLP of 136, 960 entries tied to the head: 960
   * · 96 + 2 · 64,096 + 96 = 220,448 values; beside them 184,536 of the vision tower, 3 blocks of
   * 48 with an MLP of 100.
   */
  private static final ModelConfig TINY =
      ModelConfig.read(TinyTask.CHECKPOINT.resolve("config.json"));

  private static final long DECODER = 220_448;
  private static final long ALL = DECODER + 184_536;

  /** 8,292,166,656 values. */
  private static final ModelConfig BIG = ModelShape.of("7b").config();

  private static NetworkSettings.Builder plain() {
    return NetworkSettings.builder().device("cpu");
  }

  private static MemoryEstimate tiny(NetworkSettings.Builder settings, int tokens) {
    return MemoryEstimate.of(TINY, settings.build(), tokens);
  }

  @Test
  void float32_keeps_weight_gradient_and_two_moments_of_every_value() {
    MemoryEstimate estimate = tiny(plain(), 100);
    assertThat(estimate.weights()).isEqualTo(4 * ALL);
    assertThat(estimate.gradients()).isEqualTo(4 * ALL);
    assertThat(estimate.gradientSums()).isZero();
    assertThat(estimate.optimiser()).isEqualTo(8 * ALL);
    assertThat(estimate.fixed()).isEqualTo(16 * ALL);
    assertThat(estimate.onHost()).isZero();
  }

  @Test
  void bfloat16_halves_what_is_computed_with_and_adds_masters_and_sums() {
    MemoryEstimate estimate = tiny(plain().bfloat16(true).trainVision(false), 100);
    assertThat(estimate.weights()).isEqualTo(2 * ALL);
    assertThat(estimate.gradients()).isEqualTo(2 * DECODER);
    assertThat(estimate.gradientSums()).isEqualTo(4 * DECODER);
    assertThat(estimate.optimiser()).isEqualTo(12 * DECODER);

    MemoryEstimate offloaded =
        tiny(plain().bfloat16(true).trainVision(false).offloadOptimiser(true), 100);
    assertThat(offloaded.onHost()).isEqualTo(16 * DECODER);
    assertThat(estimate.onDevice() - offloaded.onDevice()).isEqualTo(16 * DECODER);
    assertThat(offloaded.fixed()).isEqualTo(estimate.fixed());
  }

  @Test
  void activations_are_those_of_every_layer_or_of_kept_inputs_and_one_layer() {
    // decoder: 8 · 96 + 6 · 96 + 3 · 32 + 4 · 136 = 1,984 a layer; tower: 17 · 48 + 4 · 100 = 1,216
    // a block, 4 patches to a token; logits: 3 · 4 bytes · 960 entries for each of 100 tokens
    long logits = 3 * 4 * 960 * 100;
    assertThat(tiny(plain(), 100).activations())
        .isEqualTo(4 * 100 * (2 * 1984 + 4 * 3 * 1216) + logits);
    assertThat(tiny(plain().checkpointLayers(1), 100).activations())
        .isEqualTo(4 * 100 * (2 * 96 + 1984 + 4 * (3 * 48 + 1216)) + logits);
    // a frozen tower is not recorded: one block is there at a time
    assertThat(tiny(plain().trainVision(false), 100).activations())
        .isEqualTo(4 * 100 * (2 * 1984 + 4 * 1216) + logits);
    assertThat(tiny(plain().headRows(10), 100).activations())
        .isEqualTo(4 * 100 * (2 * 1984 + 4 * 3 * 1216) + logits / 10);
  }

  @Test
  void rollouts_reference_and_replicas_are_added() {
    NetworkSettings settings = plain().build();
    MemoryEstimate alone = MemoryEstimate.of(TINY, settings, 100);
    MemoryEstimate all = alone.withReference().withRollouts(TINY, settings, 8, 500).replicas(2);
    // keys and values of 2 layers with 2 heads of 16, 4 bytes each
    assertThat(all.rolloutCache()).isEqualTo(8 * 500 * 2 * 2 * 2 * 16 * 4);
    assertThat(all.reference()).isEqualTo(4 * ALL);
    // weights, reference and gradients twice, the optimiser once
    assertThat(all.fixed()).isEqualTo(2 * 12 * ALL + 8 * ALL);
  }

  @Test
  void adapters_of_seven_billion_weights_need_an_eighth_of_training_them() {
    // rank 64 on all linear layers: 64 · (2 · 7,168 + 2 · 4,096 + 3 · 22,528) = 5,767,168 a layer
    long adapters = 28 * 5_767_168L;
    long weights = 8_292_166_656L;
    NetworkSettings.Builder half = plain().bfloat16(true);
    MemoryEstimate lora = MemoryEstimate.of(BIG, half.lora(Lora.rank(64)).build(), 4096);
    assertThat(lora.weights()).isEqualTo(2 * (weights + adapters));
    assertThat(lora.fixed()).isEqualTo(2 * weights + 20 * adapters);
    MemoryEstimate full = MemoryEstimate.of(BIG, half.lora(null).build(), 4096);
    assertThat(full.fixed()).isEqualTo(20 * weights);
    assertThat(lora.fixed() * 8).isLessThan(full.fixed());
  }

  @Test
  void each_setting_that_saves_memory_saves_some() {
    long plain = MemoryEstimate.of(BIG, plain().build(), 4096).onDevice();
    for (NetworkSettings.Builder saving :
        new NetworkSettings.Builder[] {
          plain().checkpointLayers(1),
          plain().trainVision(false),
          plain().lora(Lora.rank(8)),
          plain().offloadOptimiser(true),
          plain().headRows(64),
          plain().bfloat16(true).offloadOptimiser(true)
        }) {
      assertThat(MemoryEstimate.of(BIG, saving.build(), 4096).onDevice()).isLessThan(plain);
    }
    assertThat(MemoryEstimate.of(BIG, plain().build(), 2048).onDevice()).isLessThan(plain);
    long one = MemoryEstimate.of(BIG, plain().checkpointLayers(1).build(), 4096).activations();
    long seven = MemoryEstimate.of(BIG, plain().checkpointLayers(7).build(), 4096).activations();
    assertThat(one).isLessThan(seven);
    assertThat(MemoryEstimate.of(BIG, plain().lora(Lora.rank(8)).build(), 4096).fixed())
        .isLessThan(MemoryEstimate.of(BIG, plain().lora(Lora.rank(64)).build(), 4096).fixed());
  }

  @Test
  void what_cannot_fit_on_a_cpu_is_refused_with_all_parts_and_the_memory_there_is() {
    MemoryEstimate estimate = MemoryEstimate.of(BIG, plain().build(), 4096);
    // 8,292,166,656 values: 30.89 GiB in float32, 16 bytes each are 123.56 GiB
    assertThatThrownBy(() -> MemoryCheck.onCpu(estimate, 64L << 30))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("needs 123.56 GiB for weights, gradients and optimiser")
        .hasMessageContaining("this machine has 64.00 GiB of memory")
        .hasMessageContaining("weights 30.89 GiB")
        .hasMessageContaining("reference 0.00 GiB")
        .hasMessageContaining("gradients 30.89 GiB")
        .hasMessageContaining("gradient sums 0.00 GiB")
        .hasMessageContaining("optimiser 61.78 GiB")
        .hasMessageContaining("activations at most ")
        .hasMessageContaining("rollout cache 0.00 GiB")
        .hasMessageContaining("train adapters (lora)");
    assertThatCode(() -> MemoryCheck.onCpu(estimate, estimate.fixed())).doesNotThrowAnyException();
    assertThatThrownBy(() -> MemoryCheck.onCpu(estimate, estimate.fixed() - 1))
        .isInstanceOf(InvalidInputException.class);
    // a machine that does not tell its memory refuses nothing
    assertThatCode(() -> MemoryCheck.onCpu(estimate, 0)).doesNotThrowAnyException();
  }
}
