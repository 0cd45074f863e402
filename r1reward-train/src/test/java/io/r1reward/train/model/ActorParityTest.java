package io.r1reward.train.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.r1reward.core.checkpoint.Checkpoint;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.testing.Reference;
import io.r1reward.core.testing.ReferenceCase;
import io.r1reward.core.testing.ReferenceTensors;
import io.r1reward.core.testing.TestDevice;
import io.r1reward.train.ReferenceFiles;
import io.r1reward.train.loss.ClippedSurrogate;
import io.r1reward.train.loss.LossAggregation;
import io.r1reward.train.loss.PolicyLossBatch;
import io.r1reward.train.loss.PolicyLossResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Log-probabilities, policy loss and gradient norms of prompt and answer, against PyTorch. */
class ActorParityTest {

  static List<JsonNode> cases() {
    return ReferenceFiles.cases("stable-reinforce/actor-logprobs.json");
  }

  private static double[][] rows(ReferenceTensors tensors, String name, int width) {
    float[] flat = tensors.floats(name);
    double[][] rows = new double[flat.length / width][width];
    for (int i = 0; i < flat.length; i++) {
      rows[i / width][i % width] = flat[i];
    }
    return rows;
  }

  /**
   * The policy sees what it saw when it generated. The published training code gives its policy
   * neither the pictures nor multimodal positions, and gets other numbers.
   */
  @ParameterizedTest
  @MethodSource("cases")
  void policy_sees_pictures_and_multimodal_positions(JsonNode c) {
    String name = c.get("case").textValue();
    int actions = c.get("num_actions").intValue();
    ReferenceCase reference = ReferenceCase.of(name);
    ReferenceTensors tensors = Reference.tensors("stable-reinforce/actor-logprobs.safetensors");
    List<TrainingRow> rows = trainingRows(reference, tensors, name, actions);
    boolean[][] mask = mask(tensors, name, rows.size(), actions);
    double[][] old = rows(tensors, name + "/old_logprobs", actions);
    double[][] advantages = rows(tensors, name + "/advantages", actions);
    double[][] weights = LossAggregation.sequenceMean().weights(mask);
    double[][] expected = rows(tensors, name + "/logprobs_mrope_with_vision", actions);
    double[][] blind = rows(tensors, name + "/logprobs_1d_positions_without_vision", actions);

    NetworkSettings settings = NetworkSettings.builder().device(TestDevice.NAME).build();
    try (Checkpoint checkpoint = Checkpoint.open(reference.checkpoint());
        PolicyNetwork network = PolicyNetwork.load(checkpoint, settings, 0)) {
      double[][] plain = network.logProbabilities(rows);
      double[] loss = {0};
      double[][] recorded =
          network.accumulate(
              rows,
              now -> {
                PolicyLossResult result =
                    ClippedSurrogate.stableReinforce()
                        .clip(c.get("clip_eps").doubleValue())
                        .evaluate(PolicyLossBatch.of(now, old, advantages, weights));
                loss[0] = result.loss();
                return result.gradient();
              },
              -1);
      double farthest = 0;
      for (int i = 0; i < expected.length; i++) {
        for (int t = 0; t < actions; t++) {
          if (mask[i][t]) {
            assertThat(recorded[i][t]).isCloseTo(expected[i][t], within(2e-4));
            assertThat(plain[i][t]).isCloseTo(expected[i][t], within(2e-4));
            farthest = Math.max(farthest, Math.abs(blind[i][t] - expected[i][t]));
          }
        }
      }
      assertThat(farthest).as("the published code's distance").isGreaterThan(1e-3);
      double wanted = c.get("policy_loss").doubleValue();
      assertThat(loss[0]).isCloseTo(wanted, within(1e-4 * Math.max(1, Math.abs(wanted))));
      for (Parameter parameter : network.parameters()) {
        double norm = c.get("gradient_norm").get(parameter.name()).doubleValue();
        float[] gradient = network.gradient(parameter);
        double squares = 0;
        for (float value : gradient) {
          squares += (double) value * value;
        }
        assertThat(Math.sqrt(squares))
            .as("norm of the gradient of %s", parameter.name())
            .isCloseTo(norm, within(5e-4 * Math.max(norm, 1e-3)));
      }
    }
  }

  private static List<TrainingRow> trainingRows(
      ReferenceCase reference, ReferenceTensors tensors, String name, int actions) {
    int[] sequences = tensors.ints(name + "/sequences");
    int length = (int) tensors.shape(name + "/sequences")[1];
    List<TrainingRow> rows = new ArrayList<>();
    List<Prompt> prompts = reference.prompts();
    for (int b = 0; b < prompts.size(); b++) {
      int end = (b + 1) * length;
      rows.add(TrainingRow.of(prompts.get(b), Arrays.copyOfRange(sequences, end - actions, end)));
    }
    return rows;
  }

  private static boolean[][] mask(ReferenceTensors tensors, String name, int rows, int actions) {
    int[] flat = tensors.ints(name + "/action_mask");
    boolean[][] mask = new boolean[rows][actions];
    for (int i = 0; i < flat.length; i++) {
      mask[i / actions][i % actions] = flat[i] != 0;
    }
    return mask;
  }
}
