package io.r1reward.springai;

import io.r1reward.core.testing.ReadmeContract;

/** What the README shows is what the module takes. */
class ReadmeTest extends ReadmeContract {
  ReadmeTest() {
    super(
        """
        import static org.assertj.core.api.Assertions.assertThat;
        import io.r1reward.springai.*;
        import org.springframework.ai.document.Document;
        import org.springframework.ai.evaluation.*;
        """,
        """
        interface Release {
          String answer(String question);
        }

        static Release yesterday;
        static RewardModel judge;
        static RewardModel scalarJudge;
        static org.springframework.ai.content.Media picture;
        """);
  }
}
