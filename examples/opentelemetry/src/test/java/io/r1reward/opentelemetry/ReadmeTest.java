package io.r1reward.opentelemetry;

import io.r1reward.core.testing.ReadmeContract;

/** What the README shows is what the module takes. */
class ReadmeTest extends ReadmeContract {
  ReadmeTest() {
    super(
        """
        import io.opentelemetry.api.OpenTelemetry;
        import io.r1reward.opentelemetry.*;
        """,
        """
        static OpenTelemetry openTelemetry;
        static Path folder;
        """);
  }
}
