package io.r1reward.train.scenes;

import io.r1reward.core.protocol.R1RewardProtocol;
import io.r1reward.train.SupervisedFineTuning;
import io.r1reward.train.TrainingRun;
import io.r1reward.train.data.PreferenceDataset;
import io.r1reward.train.metrics.ProgressLog;
import io.r1reward.train.optim.AdamWSettings;
import io.r1reward.train.optim.LearningRateSchedule;
import io.r1reward.train.sft.SftSettings;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Makes the start of {@link TwoAnnotatorsTest}, the checkpoint {@code two-annotators} of the test
 * resources: a model of 214,000 random weights that first learns to look, then imitates an
 * annotator who looks and one who guesses. Takes two minutes of one core.
 */
final class TwoAnnotatorStart {
  private static final int BATCH = 32;

  private TwoAnnotatorStart() {}

  /** Argument: a folder that does not exist yet. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    Path random = folder.resolve("random");
    DemonstrationModel.write(
        random,
        R1RewardProtocol.create(),
        new Annotators(0.5, 0.5).annotate(ColourTask.samples(1).limit(500), 1),
        new DemonstrationModel.Sizes(400, 64, 2, 32, 1),
        1);
    TrainingRun seeing =
        imitate(random, folder.resolve("seeing"), ColourTask.samples(2), 400, 3e-3);
    PreferenceDataset both = new Annotators(0.65, 0.5).annotate(ColourTask.samples(3), 3);
    imitate(seeing.checkpoint(), folder.resolve("both"), both, 60, 1e-3);
  }

  private static TrainingRun imitate(
      Path policy, Path run, PreferenceDataset samples, int steps, double rate) {
    return SupervisedFineTuning.builder()
        .policy(policy)
        .run(run)
        .device("cpu")
        .threads(1)
        .settings(
            SftSettings.builder(steps)
                .batch(BATCH)
                .tokenBudget(4000)
                .schedule(LearningRateSchedule.cosine(rate, rate / 20, 20, steps))
                .optimiser(AdamWSettings.DEFAULT.weightDecay(0.05))
                .build())
        .listener(ProgressLog.every(20))
        .build()
        .fit(samples.limit((long) steps * BATCH));
  }
}
