package io.r1reward.train.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.r1reward.core.testing.TestDevice;
import io.r1reward.core.torch.jni.Torch;
import io.r1reward.train.ReferenceFiles;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdamWTest {

  private static float[] floats(JsonNode node) {
    float[] values = new float[node.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = node.get(i).floatValue();
    }
    return values;
  }

  private static AdamWSettings settings(JsonNode c) {
    return new AdamWSettings(
        c.get("betas").get(0).doubleValue(),
        c.get("betas").get(1).doubleValue(),
        c.get("eps").doubleValue(),
        c.get("weight_decay").doubleValue(),
        c.get("max_norm").doubleValue());
  }

  @Test
  void steps_with_clipping_equal_pytorch() {
    JsonNode cases = ReferenceFiles.json("stable-reinforce/optimizer.json").get("adamw");
    assertThat(cases).isNotEmpty();
    for (JsonNode c : cases) {
      try (NDManager manager = Torch.newManager(TestDevice.NAME);
          NDArray weight = manager.create(floats(c.get("start")));
          AdamW adam = new AdamW(manager, List.of(weight), List.of(true), settings(c))) {
        for (JsonNode step : c.get("steps")) {
          AdamW.Step done =
              adam.step(
                  List.of(manager.create(floats(step.get("gradient")))), c.get("lr").doubleValue());
          assertThat(done.gradientNorm())
              .isCloseTo(step.get("norm_before_clip").doubleValue(), within(1e-6));
          float[] values = weight.toFloatArray();
          for (int i = 0; i < values.length; i++) {
            assertThat((double) values[i])
                .isCloseTo(step.get("parameter").get(i).doubleValue(), within(2e-7));
          }
        }
        assertThat(adam.stepsDone()).isEqualTo(c.get("steps").size());
      }
    }
  }

  @Test
  void gradient_that_is_not_finite_changes_nothing() {
    try (NDManager manager = Torch.newManager(TestDevice.NAME);
        NDArray weight = manager.create(new float[] {1, 2});
        AdamW adam = new AdamW(manager, List.of(weight), List.of(true), AdamWSettings.DEFAULT)) {
      AdamW.Step step = adam.step(List.of(manager.create(new float[] {1, Float.NaN})), 0.1);
      assertThat(step.skipped()).isTrue();
      assertThat(weight.toFloatArray()).containsExactly(1, 2);
      assertThat(adam.stepsDone()).isZero();
    }
  }

  @Test
  void restored_optimiser_goes_on_to_the_last_bit() {
    float[][] gradients = {{0.5f, -1}, {0.25f, 2}, {-3, 0.125f}};
    try (NDManager manager = Torch.newManager(TestDevice.NAME);
        NDArray through = manager.create(new float[] {1, 2});
        NDArray stopped = manager.create(new float[] {1, 2});
        AdamW one = new AdamW(manager, List.of(through), List.of(true), AdamWSettings.DEFAULT);
        AdamW two = new AdamW(manager, List.of(stopped), List.of(true), AdamWSettings.DEFAULT);
        AdamW three = new AdamW(manager, List.of(stopped), List.of(true), AdamWSettings.DEFAULT)) {
      for (int i = 0; i < 3; i++) {
        one.step(List.of(manager.create(gradients[i])), 0.01);
        if (i < 2) {
          two.step(List.of(manager.create(gradients[i])), 0.01);
        }
      }
      three.restore(
          i -> two.firstMoments().get(i).duplicate(),
          i -> two.secondMoments().get(i).duplicate(),
          two.stepsDone());
      three.step(List.of(manager.create(gradients[2])), 0.01);
      assertThat(stopped.toFloatArray()).isEqualTo(through.toFloatArray());
    }
  }

  @Test
  void vectors_that_do_not_decay_stay_under_a_zero_gradient() {
    try (NDManager manager = Torch.newManager(TestDevice.NAME);
        NDArray matrix = manager.create(new float[] {1});
        NDArray vector = manager.create(new float[] {1});
        AdamW adam =
            new AdamW(
                manager,
                List.of(matrix, vector),
                List.of(true, false),
                AdamWSettings.DEFAULT.weightDecay(0.5))) {
      adam.step(List.of(manager.create(new float[1]), manager.create(new float[1])), 0.1);
      assertThat(matrix.toFloatArray()[0]).isCloseTo(0.95f, within(1e-6f));
      assertThat(vector.toFloatArray()[0]).isEqualTo(1);
    }
  }

  @Test
  void refuses_settings_out_of_range() {
    assertThatThrownBy(() -> AdamWSettings.DEFAULT.betas(1, 0.9))
        .hasMessage("betas must be in [0, 1), got 1.0 and 0.9");
    assertThatThrownBy(() -> AdamWSettings.DEFAULT.maxGradientNorm(0))
        .hasMessage(
            "epsilon and maxGradientNorm must be positive and weightDecay at least 0, got 1.0E-8,"
                + " 0.0 and 0.0");
  }
}
