package io.r1reward.parquet;

import io.r1reward.core.testing.ReadmeContract;

/** What the README shows is what the module takes. */
class ReadmeTest extends ReadmeContract {
  ReadmeTest() {
    super(
        """
        import com.fasterxml.jackson.databind.node.ObjectNode;
        import io.r1reward.train.data.layout.*;
        """,
        """
        static Path root;
        """);
  }
}
