package io.r1reward.examples.start;

import io.r1reward.examples.EmbeddedJudge;
import io.r1reward.train.StableReinforce;
import io.r1reward.train.metrics.StepReport;
import io.r1reward.train.reward.ConsistencyJudge;
import io.r1reward.train.reward.RewardFunction;
import io.r1reward.train.reward.Rewards;
import io.r1reward.train.rl.RlSettings;
import io.r1reward.train.scenes.SceneTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.TreeMap;

/** Trains with StableReinforce and a reward of one's own: short judgements earn more. */
public final class OwnReward {

  private OwnReward() {}

  /**
   * Trains for two small iterations on generated pairs and prints their metrics.
   *
   * @param args the folder of a checkpoint; none for the demonstration judge in the jar
   * @throws IOException if the judge in the jar cannot be read or the run cannot be deleted
   */
  public static void main(String[] args) throws IOException {
    try (EmbeddedJudge embedded = EmbeddedJudge.unpack();
        TemporaryFolder folder = TemporaryFolder.make()) {
      train(args.length > 0 ? Path.of(args[0]) : embedded.folder(), folder.path());
    }
  }

  private static void train(Path checkpoint, Path folder) {
    RewardFunction brief = input -> Math.max(0, 1 - input.tokens() / 100.0);
    StableReinforce.builder()
        .policy(checkpoint)
        .run(folder.resolve("run")) // a user's own, to go on from and to keep the trained judge
        .device("cpu")
        .threads(1)
        .bfloat16(false)
        .reward(Rewards.paper(ConsistencyJudge.rules()).plus("brief", brief, 0.2))
        .settings(RlSettings.paper(2).rollouts(4, 2).train(8, 1).maxNewTokens(150).seed(7).build())
        .listener(OwnReward::print)
        .build()
        .fit(SceneTask.DEFAULT.training(8).limit(16)); // or PreferenceDataset.jsonl(file)
  }

  private static void print(StepReport report) {
    System.out.println("Iteration " + report.step());
    new TreeMap<>(report.values())
        .forEach((name, value) -> System.out.println("  " + name + " " + value));
  }
}
