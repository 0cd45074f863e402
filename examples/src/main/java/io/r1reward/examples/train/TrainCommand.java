package io.r1reward.examples.train;

import io.r1reward.core.checkpoint.AtomicFolder;
import io.r1reward.core.protocol.R1RewardProtocol;
import io.r1reward.examples.EmbeddedJudge;
import io.r1reward.train.StableReinforce;
import io.r1reward.train.SupervisedFineTuning;
import io.r1reward.train.TrainingRun;
import io.r1reward.train.data.PreferenceDataset;
import io.r1reward.train.metrics.JsonLinesMetrics;
import io.r1reward.train.metrics.ProgressLog;
import io.r1reward.train.metrics.TensorBoard;
import io.r1reward.train.optim.AdamWSettings;
import io.r1reward.train.optim.LearningRateSchedule;
import io.r1reward.train.reward.ConsistencyJudge;
import io.r1reward.train.reward.Rewards;
import io.r1reward.train.rl.RlSettings;
import io.r1reward.train.scenes.DemonstrationModel;
import io.r1reward.train.scenes.SceneTask;
import io.r1reward.train.sft.SftSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Trains the demonstration judge: a cold start that teaches it to see, one that imitates a hasty
 * and a careful annotator, StableReinforce, which finds out whose way of reasoning pays, and
 * measurements on held-out pairs after each. Stopped at any moment, the same command goes on.
 */
@Command(
    name = "train",
    description = "Trains the small demonstration judge on generated pictures.",
    mixinStandardHelpOptions = true)
public final class TrainCommand implements Callable<Integer> {
  private static final long START_SEED = 1;
  private static final long SFT_SEED = 7;
  private static final long ANNOTATOR_SEED = 9;
  private static final long WATCHED_SEED = 99;
  private static final long FINAL_SEED = 100;
  private static final double ANNOTATOR_RATE = 3e-4;

  @Spec private CommandSpec spec;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "Folder of the run.")
  private Path output;

  @Mixin private TrainingHardware hardware;

  @Option(
      names = "--cold-start",
      paramLabel = "DIR",
      description = "Judge to go on from with RL, in place of both cold starts.")
  private @Nullable Path coldStart;

  @Option(
      names = "--from-shipped",
      description = "Begins with what the judge in the jar sees, in place of the first cold start.")
  private boolean fromShipped;

  @Option(
      names = "--glance-share",
      defaultValue = "0.65",
      paramLabel = "SHARE",
      description =
          "Share of the pairs that the hasty annotator judges in the second cold start; default"
              + " ${DEFAULT-VALUE}.")
  private double glanceShare;

  @Option(
      names = "--glance-accuracy",
      defaultValue = "0.6",
      paramLabel = "SHARE",
      description = "Share of his judgements that are right; default ${DEFAULT-VALUE}.")
  private double glanceAccuracy;

  @Option(
      names = "--annotator-steps",
      defaultValue = "240",
      paramLabel = "N",
      description = "Steps of the second cold start; default ${DEFAULT-VALUE}.")
  private long annotatorSteps;

  @Option(
      names = "--stages",
      split = ",",
      paramLabel = "THINGS:STEPS",
      converter = CurriculumStage.Converter.class,
      defaultValue = "1:1000,1-4:1000,1:500,1-4:1500",
      description =
          "Stages of the cold start, one after the other: things per picture and steps;"
              + " default ${DEFAULT-VALUE}.")
  private List<CurriculumStage> stages;

  @Option(
      names = "--sft-rate",
      defaultValue = "0.002",
      paramLabel = "RATE",
      description = "Learning rate of the cold start; default ${DEFAULT-VALUE}.")
  private double sftRate;

  @Option(
      names = "--batch",
      defaultValue = "32",
      paramLabel = "N",
      description = "Samples per step of the cold start; default ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--token-budget",
      defaultValue = "2048",
      paramLabel = "N",
      description =
          "Tokens computed at a time, of which a GPU wants more; default" + " ${DEFAULT-VALUE}.")
  private int tokenBudget;

  @Option(
      names = "--rl-iterations",
      defaultValue = "12",
      paramLabel = "N",
      description = "Rollout batches of RL; default ${DEFAULT-VALUE}.")
  private long rlIterations;

  @Option(
      names = "--prompts",
      defaultValue = "256",
      paramLabel = "N",
      description = "Pairs per batch of RL; default ${DEFAULT-VALUE}.")
  private int prompts;

  @Option(
      names = "--samples",
      defaultValue = "1",
      paramLabel = "N",
      description = "Rollouts of a pair; default ${DEFAULT-VALUE}.")
  private int samples;

  @Option(
      names = "--epochs",
      defaultValue = "1",
      paramLabel = "N",
      description = "Passes over a batch of RL; default ${DEFAULT-VALUE}.")
  private int epochs;

  @Option(
      names = "--rl-rate",
      defaultValue = "0.0001",
      paramLabel = "RATE",
      description = "Learning rate of RL; default ${DEFAULT-VALUE}.")
  private double rlRate;

  @Option(
      names = "--second-iterations",
      defaultValue = "0",
      paramLabel = "N",
      description =
          "Rollout batches of a second stage of RL, of 128 pairs with 8 rollouts and one step each,"
              + " or 0 for none; default ${DEFAULT-VALUE}.")
  private long secondIterations;

  @Option(
      names = "--watched",
      defaultValue = "200",
      paramLabel = "N",
      description = "Pairs judged while training; default ${DEFAULT-VALUE}.")
  private int watched;

  @Option(
      names = "--held-out",
      defaultValue = "2000",
      paramLabel = "N",
      description = "Pairs judged at the end; default ${DEFAULT-VALUE}.")
  private int heldOut;

  @Option(
      names = "--max-new-tokens",
      defaultValue = "300",
      paramLabel = "N",
      description = "Tokens a judgement may have; default ${DEFAULT-VALUE}.")
  private int maxNewTokens;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    Files.createDirectories(output);
    Path judge = coldStart;
    if (judge == null) {
      Path seeing = fromShipped ? shipped() : coldStart().checkpoint();
      measure(seeing, "after-sft").print("after SFT", out);
      judge = imitate(seeing).checkpoint();
    }
    measure(judge, "after-annotators").print("before RL", out);
    judge = reinforce(judge, RlStage.finding(rlIterations, prompts, samples, epochs, rlRate));
    measure(judge, "after-rl").print("after RL", out);
    if (secondIterations > 0) {
      judge = reinforce(judge, RlStage.refining(secondIterations));
      measure(judge, "after-second").print("after the second stage of RL", out);
    }
    out.println("judge: " + judge);
    out.flush();
    return 0;
  }

  /** Copies the judge in the jar, once. */
  private Path shipped() throws IOException {
    Path copy = output.resolve("shipped");
    if (!Files.exists(copy)) {
      try (AtomicFolder making = AtomicFolder.beside(copy)) {
        EmbeddedJudge.copyTo(making.folder());
        making.publish();
      }
    }
    return copy;
  }

  /** Measures a judge, or reads what was measured of the same weights before. */
  private Measurement measure(Path judge, String name) throws IOException {
    Path file = output.resolve(name + ".json");
    if (Files.exists(file)) {
      Measurement before = Measurement.read(file);
      if (before.pairs() == heldOut
          && before.maxNewTokens() == maxNewTokens
          && before.weights().equals(Measurement.weights(judge))) {
        return before;
      }
    }
    Measurement now =
        Measurement.of(
            judge, hardware.device(), hardware.threads(), FINAL_SEED, heldOut, maxNewTokens);
    now.write(file);
    return now;
  }

  private TrainingRun coldStart() throws IOException {
    Path start = output.resolve("start");
    if (!Files.exists(start)) {
      DemonstrationModel.write(start, R1RewardProtocol.create(), SceneTask.DEFAULT, START_SEED);
    }
    return fineTune(
        "sft",
        start,
        CurriculumStage.samples(stages, SFT_SEED, batch),
        CurriculumStage.steps(stages),
        sftRate,
        200,
        500,
        SFT_SEED);
  }

  /** Imitates two annotators, so that there are two ways of reasoning to choose between. */
  private TrainingRun imitate(Path seeing) {
    return fineTune(
        "annotators",
        seeing,
        SceneTask.DEFAULT
            .training(ANNOTATOR_SEED, glanceShare, glanceAccuracy)
            .limit(annotatorSteps * batch),
        annotatorSteps,
        ANNOTATOR_RATE,
        20,
        120,
        ANNOTATOR_SEED);
  }

  /**
   * A cold start: half a cosine down to a twentieth of its rate; checkpoints twice an evaluation.
   */
  private TrainingRun fineTune(
      String name,
      Path start,
      PreferenceDataset samples,
      long steps,
      double rate,
      long warmUp,
      int evaluateEvery,
      long seed) {
    return hardware
        .on(SupervisedFineTuning.builder())
        .policy(start)
        .run(output.resolve(name))
        .settings(
            SftSettings.builder(steps)
                .batch(batch)
                .tokenBudget(tokenBudget)
                .schedule(
                    LearningRateSchedule.cosine(
                        rate, rate / 20, Math.min(warmUp, steps / 2), steps))
                .optimiser(AdamWSettings.DEFAULT.weightDecay(0.05))
                .seed(seed)
                .evaluateEvery(evaluateEvery)
                .checkpoints(evaluateEvery / 2, 1)
                .build())
        .maxNewTokens(maxNewTokens)
        .heldOut(SceneTask.DEFAULT.heldOut(WATCHED_SEED, watched))
        .listener(ProgressLog.every(20))
        .listener(JsonLinesMetrics.to(output.resolve(name + ".jsonl")))
        .listener(TensorBoard.to(output.resolve("events").resolve(name)))
        .build()
        .fit(samples);
  }

  private Path reinforce(Path start, RlStage stage) throws IOException {
    TrainingCurve curve = new TrainingCurve();
    TrainingRun run =
        hardware
            .on(StableReinforce.builder())
            .policy(start)
            .run(output.resolve(stage.name()))
            .reward(
                Rewards.paper(ConsistencyJudge.rules())
                    .plus(
                        TrainingCurve.CAREFUL,
                        input -> SceneTask.isCareful(input.completion()) ? 1 : 0,
                        0))
            .algorithm(stage.algorithm())
            .settings(
                RlSettings.paper(stage.iterations())
                    .rollouts(stage.prompts(), stage.samples())
                    .train(stage.batch(), stage.epochs())
                    .maxNewTokens(maxNewTokens)
                    .tokenBudget(tokenBudget)
                    .schedule(stage.schedule())
                    .seed(stage.seed())
                    .evaluateEvery(4)
                    .checkpoints(1, 1)
                    .build())
            .heldOut(SceneTask.DEFAULT.heldOut(WATCHED_SEED, watched))
            .listener(ProgressLog.every(1))
            .listener(JsonLinesMetrics.to(output.resolve(stage.name() + ".jsonl")))
            .listener(TensorBoard.to(output.resolve("events").resolve(stage.name())))
            .listener(curve)
            .build()
            .fit(SceneTask.DEFAULT.training(stage.seed()));
    if (!curve.isEmpty()) {
      curve.write(output.resolve(stage.name() + ".png"));
    }
    return run.checkpoint();
  }
}
