package io.r1reward.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.r1reward.core.testing.Rooms;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which package uses which: a new arrow is drawn here first, or not at all. */
class RoomsTest {
  private static final Rooms ROOMS = Rooms.below("io.r1reward.core");

  @Test
  void no_room_leads_back_to_itself() {
    assertThat(ROOMS.inCircles()).isEmpty();
  }

  @Test
  void rooms_use_the_rooms_that_the_plan_says() {
    assertThat(ROOMS.arrows())
        .isEqualTo(
            Map.ofEntries(
                Map.entry(".", "judge protocol torch"),
                Map.entry("checkpoint", "json safetensors"),
                Map.entry("generate", ""),
                Map.entry("json", ""),
                Map.entry("judge", "checkpoint generate machine media protocol safetensors text"),
                Map.entry("machine", ""),
                Map.entry("media", "checkpoint generate media.vp8 media.vp8l"),
                Map.entry("media.vp8", ""),
                Map.entry("media.vp8l", ""),
                Map.entry("model", "generate"),
                Map.entry("protocol", "json machine text"),
                Map.entry("safetensors", "json"),
                Map.entry("text", "generate json"),
                Map.entry("torch", "checkpoint generate machine model safetensors torch.jni"),
                Map.entry("torch.jni", "")));
  }
}
