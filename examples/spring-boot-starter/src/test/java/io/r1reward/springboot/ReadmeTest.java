package io.r1reward.springboot;

import io.r1reward.core.testing.ReadmeContract;

/** What the README shows is what the module takes. */
class ReadmeTest extends ReadmeContract {
  ReadmeTest() {
    super(
        "",
        """
        // stands for Spring's module web, which is not here
        @interface RestController {}
        """);
  }
}
