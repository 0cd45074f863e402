package io.r1reward.agentjudge;

import io.r1reward.core.testing.ReadmeContract;

/** What the README shows is what the module takes. */
class ReadmeTest extends ReadmeContract {
  ReadmeTest() {
    super(
        """
        import static org.assertj.core.api.Assertions.assertThat;
        import io.r1reward.agentjudge.*;
        import org.springaicommunity.judge.*;
        import org.springaicommunity.judge.context.JudgmentContext;
        import org.springaicommunity.judge.jury.*;
        import org.springaicommunity.judge.result.Judgment;
        """,
        """
        interface Release {
          String answer(String goal);
        }

        static Release yesterday;
        static RewardModel model;
        static RewardModel scalarModel;
        static Path workspace;
        """);
  }
}
