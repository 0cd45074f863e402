package io.r1reward.examples.start;

import io.r1reward.PreferencePair;
import io.r1reward.PreferenceScore;
import io.r1reward.RewardModel;
import io.r1reward.Voting;
import io.r1reward.examples.EmbeddedJudge;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Lets a judge vote, five times with the responses as given and five times exchanged, so that no
 * place is at an advantage.
 */
public final class VoteInBothOrders {

  private VoteInBothOrders() {}

  /**
   * Prints the shares of the votes and every vote.
   *
   * @param args the folder of a checkpoint; none for the demonstration judge in the jar
   * @throws IOException if the judge or the picture in the jar cannot be read
   */
  public static void main(String[] args) throws IOException {
    if (args.length > 0) {
      vote(Path.of(args[0]));
      return;
    }
    try (EmbeddedJudge embedded = EmbeddedJudge.unpack()) {
      vote(embedded.folder());
    }
  }

  private static void vote(Path checkpoint) throws IOException {
    PreferencePair pair =
        PreferencePair.builder()
            .question("How high is the orange bar?")
            .image(EmbeddedJudge.picture())
            .first("Its height is two.")
            .second("The answer is one. I also see the yellow bar is four high.")
            .build();
    Voting voting = Voting.majority(5).inBothOrders(); // ends when decided; toTheEnd() does not
    try (RewardModel judge = RewardModel.load(checkpoint)) {
      PreferenceScore score = judge.score(pair, voting);
      System.out.printf(
          Locale.ROOT, "FIRST %.2f, SECOND %.2f of the votes%n", score.first(), score.second());
      score.judgements().forEach(vote -> System.out.println(vote.order() + " " + vote.preferred()));
    }
  }
}
