package io.r1reward.examples.start;

import io.r1reward.PreferencePair;
import io.r1reward.PreferenceScore;
import io.r1reward.RewardModel;
import io.r1reward.examples.EmbeddedJudge;
import java.io.IOException;
import java.nio.file.Path;

/** Scores one pair: which response is better, by how much, and why. */
public final class ScoreOnePair {

  private ScoreOnePair() {}

  /**
   * Prints the preferred response, the soft score and the reasoning.
   *
   * @param args the folder of a checkpoint; none for the demonstration judge in the jar
   * @throws IOException if the judge or the picture in the jar cannot be read
   */
  public static void main(String[] args) throws IOException {
    if (args.length > 0) {
      score(Path.of(args[0]));
      return;
    }
    try (EmbeddedJudge embedded = EmbeddedJudge.unpack()) {
      score(embedded.folder());
    }
  }

  private static void score(Path checkpoint) throws IOException {
    PreferencePair pair =
        PreferencePair.builder()
            .question("How high is the orange bar?")
            .image(EmbeddedJudge.picture()) // or Path.of("picture.png")
            .first("Its height is two.")
            .second("The answer is one. I also see the yellow bar is four high.")
            .build();
    try (RewardModel judge = RewardModel.load(checkpoint)) {
      PreferenceScore score = judge.score(pair);
      System.out.println("Preferred: " + score.preferred());
      score.softFirst().ifPresent(soft -> System.out.println("Soft score of FIRST: " + soft));
      // a judge with a value head gives numbers and writes nothing
      score.judgements().forEach(judgement -> System.out.println(judgement.text()));
    }
  }
}
