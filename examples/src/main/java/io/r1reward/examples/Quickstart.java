package io.r1reward.examples;

import io.r1reward.Image;
import io.r1reward.PreferencePair;
import io.r1reward.PreferenceScore;
import io.r1reward.RewardModel;
import io.r1reward.Sampling;
import io.r1reward.ScoreRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Judges one pair about one picture, and prints the reasoning while it is generated. */
@Command(
    name = "quickstart",
    sortOptions = false,
    sortSynopsis = false,
    mixinStandardHelpOptions = true,
    description =
        "Judges two responses to a question about a picture, with the demonstration judge in the jar"
            + " unless a checkpoint is named. That judge knows coloured shapes, digits and bars.")
final class Quickstart implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ModelOptions model;

  @Option(
      names = "--image",
      paramLabel = "FILE",
      description = "Picture that the question is about; default: one in the jar.")
  private @Nullable Path image;

  @Option(
      names = "--question",
      paramLabel = "TEXT",
      defaultValue = "How high is the orange bar?",
      description = "Question about the picture; default \"${DEFAULT-VALUE}\".")
  private String question;

  @Option(
      names = "--first",
      paramLabel = "TEXT",
      defaultValue = "Its height is two.",
      description = "First response; default \"${DEFAULT-VALUE}\".")
  private String first;

  @Option(
      names = "--second",
      paramLabel = "TEXT",
      defaultValue = "The answer is one. I also see the yellow bar is four high.",
      description = "Second response; default \"${DEFAULT-VALUE}\".")
  private String second;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      defaultValue = "" + Sampling.DEFAULT_MAX_NEW_TOKENS,
      description = "Most tokens of the judgement; default ${DEFAULT-VALUE}.")
  private int maxNewTokens;

  @Override
  public Integer call() throws IOException {
    if (model.namesCheckpoint()) {
      return judge(model.builder());
    }
    try (EmbeddedJudge embedded = EmbeddedJudge.unpack()) {
      return judge(model.builder(embedded.folder()));
    }
  }

  private int judge(RewardModel.Builder builder) throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    Image picture = image == null ? EmbeddedJudge.picture() : Image.of(image);
    try (RewardModel judge = builder.load()) {
      PreferencePair pair =
          PreferencePair.builder()
              .question(question)
              .image(picture)
              .first(first)
              .second(second)
              .build();
      PreferenceScore score =
          judge.score(
              ScoreRequest.builder(pair)
                  .sampling(Sampling.builder().maxNewTokens(maxNewTokens).build())
                  .listener((sample, order, text) -> print(out, text))
                  .build());
      out.printf("%n%nPreferred:  %s%n", score.preferred());
      score
          .softFirst()
          .ifPresent(soft -> out.printf(Locale.ROOT, "Soft score: %.3f for FIRST%n", soft));
      out.flush();
      return 0;
    }
  }

  private static void print(PrintWriter out, String text) {
    out.print(text);
    out.flush();
  }
}
