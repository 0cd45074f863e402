package io.r1reward.assertj;

import io.r1reward.core.testing.ReadmeContract;

/** What the README shows is what the module takes. */
class ReadmeTest extends ReadmeContract {
  ReadmeTest() {
    super(
        """
        import static io.r1reward.assertj.AnswerAssert.assertThatAnswer;
        """,
        """
        interface Assistant {
          String answer(String question, Media picture);
        }

        static Assistant assistant;
        static Assistant lastRelease;
        static RewardModel judge;
        static String question;
        static Media picture;
        """);
  }
}
