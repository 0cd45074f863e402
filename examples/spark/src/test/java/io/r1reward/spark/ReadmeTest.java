package io.r1reward.spark;

import io.r1reward.core.testing.ReadmeContract;

/** What the README shows is what the module takes. */
class ReadmeTest extends ReadmeContract {
  ReadmeTest() {
    super(
        """
        import io.r1reward.spark.*;
        import io.r1reward.train.*;
        import io.r1reward.train.data.*;
        import io.r1reward.train.model.*;
        import io.r1reward.train.rl.*;
        import org.apache.spark.api.java.JavaSparkContext;
        """,
        """
        static JavaSparkContext context;
        static Path policy;
        static Path folder;
        static RlSettings settings;
        static PreferenceDataset pairs;
        """);
  }
}
