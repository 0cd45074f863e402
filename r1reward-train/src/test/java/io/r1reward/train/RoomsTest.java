package io.r1reward.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.r1reward.core.testing.Rooms;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which package uses which: a new arrow is drawn here first, or not at all. */
class RoomsTest {
  private static final Rooms ROOMS = Rooms.below("io.r1reward.train");

  @Test
  void no_room_leads_back_to_itself() {
    assertThat(ROOMS.inCircles()).isEmpty();
  }

  @Test
  void rooms_use_the_rooms_that_the_plan_says() {
    assertThat(ROOMS.arrows())
        .isEqualTo(
            Map.ofEntries(
                Map.entry(
                    ".",
                    "advantage data encode loss metrics model optim parallel policy reward rl run sft"),
                Map.entry("advantage", ""),
                Map.entry("benchmark", "data"),
                Map.entry("data", ""),
                Map.entry("encode", "data model"),
                Map.entry("loss", "advantage"),
                Map.entry("metrics", ""),
                Map.entry("model", "data optim run"),
                Map.entry("optim", ""),
                Map.entry("parallel", "encode model policy run"),
                Map.entry("policy", "data encode metrics model reward"),
                Map.entry("reward", "data"),
                Map.entry(
                    "rl",
                    "advantage data encode loss metrics model optim parallel policy reward run"),
                Map.entry("run", "optim"),
                Map.entry("scenes", "data vocabulary"),
                Map.entry("sft", "data encode metrics model optim parallel policy run"),
                Map.entry("vocabulary", "")));
  }
}
