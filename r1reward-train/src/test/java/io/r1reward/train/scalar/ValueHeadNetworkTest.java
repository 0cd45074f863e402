package io.r1reward.train.scalar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.r1reward.CheckpointException;
import io.r1reward.InvalidInputException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ValueHeadNetworkTest {
  private static final float[] STATE = {0.5f, -1.25f, 2};

  @TempDir Path folder;

  @Test
  void linear_head_is_a_product_and_a_bias() {
    ValueHeadNetwork head = ValueHeadNetwork.create(3, 0, 1);
    System.arraycopy(new float[] {2, 4, 0.5f}, 0, head.values().get(0), 0, 3);
    head.values().get(1)[0] = 0.25f;
    assertThat(head.score(STATE)).isEqualTo(1 - 5 + 1 + 0.25);
    List<double[]> sums = head.zeros();
    assertThat(head.backward(STATE, 3, sums)).containsExactly(6, 12, 1.5f);
    assertThat(sums.get(0)).containsExactly(1.5, -3.75, 6);
    assertThat(sums.get(1)).containsExactly(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void gradients_equal_finite_differences(int units) {
    ValueHeadNetwork head = ValueHeadNetwork.create(3, units, 5);
    for (float[] array : head.values()) {
      array[0] += 0.5f; // so that biases are not special
    }
    List<double[]> sums = head.zeros();
    head.backward(STATE, 1, sums);
    float[] ofState = head.backward(STATE, 1, sums); // adds: twice the gradient
    float h = 1f / 1024;
    for (int i = 0; i < head.values().size(); i++) {
      float[] array = head.values().get(i);
      for (int k = 0; k < array.length; k++) {
        assertThat(sums.get(i)[k])
            .as("%s of array %s", k, i)
            .isCloseTo(2 * slope(head, STATE, array, k, h), within(1e-5));
      }
    }
    for (int k = 0; k < ofState.length; k++) {
      float[] state = STATE.clone();
      assertThat((double) ofState[k]).isCloseTo(slope(head, state, state, k, h), within(1e-5));
    }
  }

  /** Central difference by an element of the head, or of the state. */
  private static double slope(ValueHeadNetwork head, float[] state, float[] of, int at, float h) {
    float before = of[at];
    of[at] = before + h;
    double up = head.score(state);
    of[at] = before - h;
    double slope = (up - head.score(state)) / (2 * h); // h is a power of 2
    of[at] = before;
    return slope;
  }

  @Test
  void start_is_seeded_and_as_wide_as_the_paper_says() {
    int hidden = 4095;
    float[] one = ValueHeadNetwork.create(hidden, 0, 7).values().get(0);
    assertThat(ValueHeadNetwork.create(hidden, 0, 7).values().get(0)).isEqualTo(one);
    assertThat(ValueHeadNetwork.create(hidden, 0, 8).values().get(0)).isNotEqualTo(one);
    double squares = 0;
    for (float value : one) {
      squares += (double) value * value;
    }
    // deviation 1 / 64; of 4,095 draws it is off by 1.1 % at one sigma
    assertThat(Math.sqrt(squares / hidden)).isCloseTo(1.0 / 64, within(0.05 / 64));
    assertThat(ValueHeadNetwork.create(hidden, 0, 7).values().get(1)).containsExactly(0);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void comes_back_from_its_file_and_from_no_other(int units) {
    Path file = folder.resolve("value_head.safetensors");
    ValueHeadNetwork head = ValueHeadNetwork.create(3, units, 5);
    head.save(file);
    ValueHeadNetwork other = ValueHeadNetwork.create(3, units, 6);
    assertThat(other.score(STATE)).isNotEqualTo(head.score(STATE));
    other.restore(file);
    assertThat(other.score(STATE)).isEqualTo(head.score(STATE));
    assertThatThrownBy(() -> ValueHeadNetwork.create(4, units, 5).restore(file))
        .isInstanceOf(CheckpointException.class);
  }

  @Test
  void refuses_sizes_out_of_range() {
    assertThatThrownBy(() -> ValueHeadNetwork.create(0, 0, 1))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("hidden size must be at least 1, got 0");
    assertThatThrownBy(() -> ValueHeadNetwork.create(3, -1, 1))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("units must be at least 0, got -1");
  }
}
