package io.r1reward.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.r1reward.core.model.VisionLayout.Group;
import org.junit.jupiter.api.Test;

class VisionLayoutTest {

  @Test
  void puts_windows_of_equal_size_together() {
    // 10 x 14 patches are 5 x 7 merged units; windows of 4 x 4 units:
    //   4 x 4 = 16 units | 4 x 3 = 12 units
    //   1 x 4 =  4 units | 1 x 3 =  3 units
    VisionLayout layout = VisionLayout.of(10, 14, 2, 4);
    assertThat(layout.groups())
        .containsExactly(new Group(1, 64), new Group(1, 48), new Group(1, 16), new Group(1, 12));
    assertThat(layout.unitAt()).startsWith(0, 1, 2, 3, 7, 8, 9, 10).endsWith(32, 33, 34);
  }

  @Test
  void stacks_equal_windows_of_different_shape() {
    // 6 x 6 units: 16 units, 4 x 2 = 8, 2 x 4 = 8, 2 x 2 = 4: the two of 8 are one group
    assertThat(VisionLayout.of(12, 12, 2, 4).groups())
        .containsExactly(new Group(1, 64), new Group(2, 32), new Group(1, 16));
  }

  @Test
  void leads_back_to_raster_order() {
    VisionLayout layout = VisionLayout.of(22, 30, 2, 4);
    int[] places = layout.placeOf();
    for (int unit = 0; unit < places.length; unit++) {
      assertThat(layout.unitAt()[places[unit]]).isEqualTo(unit);
    }
  }

  @Test
  void gives_patch_coordinates_in_the_processors_order() {
    VisionLayout layout = VisionLayout.of(4, 4, 2, 4);
    assertThat(layout.patchRow()).containsExactly(0, 0, 1, 1, 0, 0, 1, 1, 2, 2, 3, 3, 2, 2, 3, 3);
    assertThat(layout.patchColumn())
        .containsExactly(0, 1, 0, 1, 2, 3, 2, 3, 0, 1, 0, 1, 2, 3, 2, 3);
  }
}
