package io.r1reward.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.r1reward.core.testing.Rooms;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which package uses which: a new arrow is drawn here first, or not at all. */
class RoomsTest {
  private static final Rooms ROOMS = Rooms.below("io.r1reward.onnx");

  @Test
  void no_room_leads_back_to_itself() {
    assertThat(ROOMS.inCircles()).isEmpty();
  }

  @Test
  void rooms_use_the_rooms_that_the_plan_says() {
    assertThat(ROOMS.arrows())
        .isEqualTo(
            Map.ofEntries(
                Map.entry(".", "manifest runtime"),
                Map.entry("export", "graph manifest quantise runtime"),
                Map.entry("graph", ""),
                Map.entry("manifest", ""),
                Map.entry("quantise", ""),
                Map.entry("runtime", "graph manifest quantise")));
  }
}
