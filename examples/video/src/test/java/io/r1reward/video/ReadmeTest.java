package io.r1reward.video;

import io.r1reward.core.testing.ReadmeContract;

/** What the README shows is what the module takes. */
class ReadmeTest extends ReadmeContract {
  ReadmeTest() {
    super(
        """
        import io.r1reward.video.*;
        """,
        "");
  }
}
