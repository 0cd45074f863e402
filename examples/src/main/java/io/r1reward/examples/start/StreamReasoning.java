package io.r1reward.examples.start;

import io.r1reward.PreferencePair;
import io.r1reward.PreferenceScore;
import io.r1reward.RewardModel;
import io.r1reward.ScoreRequest;
import io.r1reward.examples.EmbeddedJudge;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** Hears a judge think, and has a future of the score meanwhile. */
public final class StreamReasoning {

  private StreamReasoning() {}

  /**
   * Prints the reasoning piece by piece as it is generated, then the verdict.
   *
   * @param args the folder of a checkpoint; none for the demonstration judge in the jar
   * @throws IOException if the judge or the picture in the jar cannot be read
   */
  public static void main(String[] args) throws IOException {
    if (args.length > 0) {
      stream(Path.of(args[0]));
      return;
    }
    try (EmbeddedJudge embedded = EmbeddedJudge.unpack()) {
      stream(embedded.folder());
    }
  }

  private static void stream(Path checkpoint) throws IOException {
    PreferencePair pair =
        PreferencePair.builder()
            .question("How high is the orange bar?")
            .image(EmbeddedJudge.picture())
            .first("Its height is two.")
            .second("The answer is one. I also see the yellow bar is four high.")
            .build();
    ScoreRequest request =
        ScoreRequest.builder(pair)
            .listener((sample, order, text) -> System.out.print(text)) // whole characters
            .build();
    try (RewardModel judge = RewardModel.load(checkpoint)) {
      CompletableFuture<PreferenceScore> future = judge.submit(request); // cancel(true) ends it
      System.out.printf("%nPreferred: %s%n", future.join().preferred());
    }
  }
}
