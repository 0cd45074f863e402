package io.r1reward.langchain4j;

import io.r1reward.core.testing.ReadmeContract;

/** What the README shows is what the module takes. */
class ReadmeTest extends ReadmeContract {
  ReadmeTest() {
    super(
        """
        import dev.langchain4j.data.message.*;
        import dev.langchain4j.data.segment.*;
        import dev.langchain4j.guardrail.*;
        import dev.langchain4j.model.chat.*;
        import dev.langchain4j.model.decision.*;
        import dev.langchain4j.model.decision.request.*;
        import dev.langchain4j.model.decision.response.*;
        import dev.langchain4j.model.scoring.*;
        import io.r1reward.langchain4j.*;
        """,
        """
        static RewardModel judge;
        static RewardModel scalarJudge;
        static ChatModel chatModel;
        static String base64;

        interface Assistant {}

        // stands for the module langchain4j, which is not here
        interface AiServices<T> {
          static <T> AiServices<T> builder(Class<T> service) {
            throw new UnsupportedOperationException();
          }

          AiServices<T> chatModel(ChatModel model);

          AiServices<T> outputGuardrails(OutputGuardrail... guardrails);

          T build();
        }
        """);
  }
}
