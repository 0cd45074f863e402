package io.r1reward.examples.start;

import io.r1reward.RankRequest;
import io.r1reward.Ranking;
import io.r1reward.RewardModel;
import io.r1reward.Tournament;
import io.r1reward.Voting;
import io.r1reward.examples.EmbeddedJudge;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Ranks four responses to one question; {@link Tournament#KNOCK_OUT} finds only the best, sooner.
 */
public final class RankCandidates {

  private RankCandidates() {}

  /**
   * Prints the responses, the best first, with the points they won.
   *
   * @param args the folder of a checkpoint; none for the demonstration judge in the jar
   * @throws IOException if the judge or the picture in the jar cannot be read
   */
  public static void main(String[] args) throws IOException {
    if (args.length > 0) {
      rank(Path.of(args[0]));
      return;
    }
    try (EmbeddedJudge embedded = EmbeddedJudge.unpack()) {
      rank(embedded.folder());
    }
  }

  private static void rank(Path checkpoint) throws IOException {
    List<String> candidates =
        List.of(
            "Its height is two.",
            "It is three high.",
            "The answer is one. I also see the yellow bar is four high.",
            "The answer is one. I also see the blue bar is three high.");
    RankRequest request =
        RankRequest.builder("How high is the orange bar?", candidates)
            .media(List.of(EmbeddedJudge.picture()))
            .tournament(Tournament.ROUND_ROBIN)
            .voting(Voting.single().inBothOrders())
            .build();
    try (RewardModel judge = RewardModel.load(checkpoint)) {
      Ranking ranking = judge.rank(request);
      for (int candidate : ranking.order()) {
        System.out.println(ranking.points().get(candidate) + "  " + candidates.get(candidate));
      }
    }
  }
}
