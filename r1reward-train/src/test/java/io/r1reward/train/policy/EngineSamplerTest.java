package io.r1reward.train.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.common.collect.ImmutableSet;
import io.r1reward.core.checkpoint.Checkpoint;
import io.r1reward.core.generate.BatchingGenerator;
import io.r1reward.core.generate.Completion;
import io.r1reward.core.generate.Decoding;
import io.r1reward.core.generate.GenerationRequest;
import io.r1reward.core.generate.Generator;
import io.r1reward.core.safetensors.DType;
import io.r1reward.core.testing.ProcessorDependent;
import io.r1reward.core.testing.ReferenceCase;
import io.r1reward.core.testing.Rounding;
import io.r1reward.core.testing.TestDevice;
import io.r1reward.core.torch.TorchEngine;
import io.r1reward.core.torch.TorchSettings;
import io.r1reward.core.torch.jni.Torch;
import io.r1reward.train.model.Lora;
import io.r1reward.train.model.NetworkFiles;
import io.r1reward.train.model.NetworkOptimiser;
import io.r1reward.train.model.NetworkSettings;
import io.r1reward.train.model.PolicyNetwork;
import io.r1reward.train.model.TrainingRow;
import io.r1reward.train.optim.AdamWSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@ProcessorDependent
class EngineSamplerTest {
  private static final ReferenceCase CASE = ReferenceCase.of("b-one-image-140x196");
  private static final ReferenceCase TIED = ReferenceCase.of("t2-tied-image");

  @TempDir Path folder;

  private static GenerationRequest request(ReferenceCase which) {
    return GenerationRequest.of(
        which.prompts(), 3, new Decoding(1, 0, 1, 0, 1, 8, ImmutableSet.of()), 5);
  }

  private static NetworkSettings settings(boolean half, Lora lora) {
    return NetworkSettings.builder()
        .device(TestDevice.NAME)
        .threads(1)
        .bfloat16(half)
        .lora(lora)
        .build();
  }

  private interface Use {
    void with(PolicyNetwork network);
  }

  private static void network(ReferenceCase which, boolean half, Lora lora, Use use) {
    try (Checkpoint checkpoint = Checkpoint.open(which.checkpoint());
        PolicyNetwork network = PolicyNetwork.load(checkpoint, settings(half, lora), 1)) {
      use.with(network);
    }
  }

  private static void train(ReferenceCase which, PolicyNetwork network, int steps) {
    List<TrainingRow> rows =
        which.prompts().stream().map(p -> new TrainingRow(p, new int[0], 30)).toList();
    try (NetworkOptimiser optimiser = new NetworkOptimiser(network, AdamWSettings.DEFAULT)) {
      for (int i = 0; i < steps; i++) {
        network.accumulate(
            rows,
            logs ->
                Arrays.stream(logs)
                    .map(row -> Arrays.stream(row).map(value -> -1).toArray())
                    .toArray(double[][]::new),
            i);
        optimiser.step(1e-2);
      }
    }
  }

  /** The way over files: what a judge will compute after the export. */
  private List<Completion> fromFiles(
      ReferenceCase which, PolicyNetwork network, String name, String layout) {
    boolean half = network.settings().bfloat16();
    Path judge = folder.resolve(name);
    NetworkFiles.export(network, which.checkpoint(), judge, half ? DType.BF16 : DType.F32, 501_760);
    try (Generator generator =
        BatchingGenerator.open(
            () ->
                TorchEngine.open(
                    judge,
                    TorchSettings.of(TestDevice.NAME, half ? "bfloat16" : "float32", layout, 1)),
            4,
            1)) {
      return generator.generate(request(which));
    } finally {
      Torch.prepareThread(1);
    }
  }

  private static void assertSame(List<Completion> actual, List<Completion> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.size(); i++) {
      assertThat(actual.get(i).tokens()).isEqualTo(expected.get(i).tokens());
      if (TestDevice.isCpu()) {
        assertThat(actual.get(i).logProbabilities()).isEqualTo(expected.get(i).logProbabilities());
      } else { // merged on the device or on the way to the file: sums in other orders
        assertThat(actual.get(i).logProbabilities())
            .containsExactly(expected.get(i).logProbabilities(), within(2e-6f));
      }
    }
  }

  @Test
  void samples_what_the_exported_judge_samples_in_every_layout() {
    for (ReferenceCase which : List.of(CASE, TIED)) {
      for (boolean half : new boolean[] {false, true}) {
        network(
            which,
            half,
            null,
            network -> {
              train(which, network, 2);
              for (String layout : List.of("mapped", "fused", "packed")) {
                String name = which.toString() + half + layout;
                assertSame(
                    new EngineSampler(4, 1, layout).sample(network, request(which)),
                    fromFiles(which, network, name, layout));
              }
            });
      }
    }
  }

  @Test
  void merged_adapters_are_those_of_the_exported_judge() {
    network(
        CASE,
        false,
        Lora.rank(4),
        network -> {
          train(CASE, network, 3);
          assertSame(
              new EngineSampler(4, 1).sample(network, request(CASE)),
              fromFiles(CASE, network, "lora", "mapped"));
        });
  }

  /** It merges what the forward pass uses, while the export merges the float32 masters. */
  @Test
  void merged_adapters_in_bfloat16_are_those_of_the_trainer_but_for_rounding() {
    network(
        CASE,
        true,
        Lora.rank(4),
        network -> {
          PolicySampler sampler = new EngineSampler(4, 1);
          List<Completion> before = sampler.sample(network, request(CASE));
          train(CASE, network, 3);
          assertThat(gap(network, before)).isGreaterThan(1);
          assertThat(gap(network, sampler.sample(network, request(CASE)))).isLessThan(0.3);
        });
  }

  @Test
  void sampler_sees_the_weights_after_a_step_and_agrees_with_the_trainer() {
    network(
        CASE,
        false,
        null,
        network -> {
          PolicySampler sampler = new EngineSampler(4, 1);
          List<Completion> before = sampler.sample(network, request(CASE));
          double allowed = rounding(network);
          assertThat(gap(network, before)).isLessThan(allowed);
          train(CASE, network, 1);
          assertThat(gap(network, before)).isGreaterThan(0.01);
          assertThat(gap(network, sampler.sample(network, request(CASE)))).isLessThan(allowed);
        });
  }

  /** What float32 leaves between two orders of the same sums; logits here are below 12. */
  private static double rounding(PolicyNetwork network) {
    int layers = network.config().text().layers();
    double derived =
        Rounding.bound(
            Rounding.decoder(network.config(), CASE.prompts().get(0), layers, true), 2 * 12);
    return Math.min(derived, 1e-4);
  }

  /** Largest distance of the sampler's log-probabilities from the trainer's. */
  private static double gap(PolicyNetwork network, List<Completion> completions) {
    List<TrainingRow> rows = new ArrayList<>();
    for (Completion completion : completions) {
      rows.add(TrainingRow.of(CASE.prompts().get(completion.prompt()), completion.tokens()));
    }
    double[][] mine = network.logProbabilities(rows);
    double gap = 0;
    for (int i = 0; i < mine.length; i++) {
      for (int t = 0; t < mine[i].length; t++) {
        gap = Math.max(gap, Math.abs(mine[i][t] - completions.get(i).logProbabilities()[t]));
      }
    }
    return gap;
  }

  @Test
  void training_goes_on_after_sampling_and_the_arrays_are_given_back() {
    network(
        CASE,
        false,
        Lora.rank(2),
        network -> {
          PolicySampler sampler = new EngineSampler(4, 1, "mapped");
          train(CASE, network, 1);
          sampler.sample(network, request(CASE));
          int arrays = network.manager().getManagedArrays().size();
          for (int i = 0; i < 3; i++) {
            sampler.sample(network, request(CASE));
          }
          assertThat(network.manager().getManagedArrays()).hasSize(arrays);
          double[][] logs =
              network.logProbabilities(
                  List.of(new TrainingRow(CASE.prompts().get(0), new int[0], 30)));
          train(CASE, network, 1);
          assertThat(
                  network
                      .logProbabilities(
                          List.of(new TrainingRow(CASE.prompts().get(0), new int[0], 30)))[0][0])
              .isNotCloseTo(logs[0][0], within(1e-6));
        });
  }
}
