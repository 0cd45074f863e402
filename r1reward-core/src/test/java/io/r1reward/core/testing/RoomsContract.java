package io.r1reward.core.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Which package uses which: a new arrow is drawn in a module's test first, or not at all. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS) // the classes are read once
public abstract class RoomsContract {
  private final Rooms rooms;
  private final Map<String, String> plan;

  /**
   * Looks at a module.
   *
   * @param root its package
   * @param plan rooms that each room uses
   */
  protected RoomsContract(String root, Map<String, String> plan) {
    this.rooms = Rooms.below(root);
    this.plan = plan;
  }

  @Test
  void no_room_leads_back_to_itself() {
    assertThat(rooms.inCircles()).isEmpty();
  }

  /** What is marked as internal is left out where releases are compared, and nothing else is. */
  @Test
  void internal_rooms_are_left_out_of_the_comparison_of_releases() throws IOException {
    assertThat(rooms.internal()).isEqualTo(Rooms.excluded(Path.of("../pom.xml"), rooms.root()));
  }

  @Test
  void rooms_use_the_rooms_that_the_plan_says() {
    assertThat(rooms.arrows()).isEqualTo(plan);
  }
}
