package io.r1reward.examples.train;

import io.r1reward.core.protocol.R1RewardProtocol;
import io.r1reward.train.StableReinforce;
import io.r1reward.train.SupervisedFineTuning;
import io.r1reward.train.TrainingRun;
import io.r1reward.train.advantage.AdvantageFilter;
import io.r1reward.train.advantage.Advantages;
import io.r1reward.train.metrics.JsonLinesMetrics;
import io.r1reward.train.metrics.ProgressLog;
import io.r1reward.train.metrics.TensorBoard;
import io.r1reward.train.optim.AdamWSettings;
import io.r1reward.train.optim.LearningRateSchedule;
import io.r1reward.train.reward.ConsistencyJudge;
import io.r1reward.train.reward.Rewards;
import io.r1reward.train.rl.Algorithm;
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
 * Trains the demonstration judge from random weights: supervised cold start, then StableReinforce,
 * then measurements on held-out pairs. Stopped at any moment, the same command goes on.
 */
@Command(
    name = "train",
    description = "Trains the small demonstration judge on generated pictures.",
    mixinStandardHelpOptions = true)
public final class TrainCommand implements Callable<Integer> {
  private static final long START_SEED = 1;
  private static final long SFT_SEED = 7;
  private static final long RL_SEED = 8;
  private static final long WATCHED_SEED = 99;
  private static final long FINAL_SEED = 100;
  private static final int MAX_NEW_TOKENS = 300;

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
      description = "Judge to go on from with RL, in place of a cold start.")
  private @Nullable Path coldStart;

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
      defaultValue = "60",
      paramLabel = "N",
      description = "Rollout batches of RL; default ${DEFAULT-VALUE}.")
  private long rlIterations;

  @Option(
      names = "--prompts",
      defaultValue = "32",
      paramLabel = "N",
      description = "Pairs per batch of RL; default ${DEFAULT-VALUE}.")
  private int prompts;

  @Option(
      names = "--samples",
      defaultValue = "8",
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
      defaultValue = "0.00003",
      paramLabel = "RATE",
      description = "Learning rate of RL; default ${DEFAULT-VALUE}.")
  private double rlRate;

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

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    Files.createDirectories(output);
    Path cold = coldStart != null ? coldStart : coldStart().checkpoint();
    measure(cold, "after-sft").print("after SFT", out);
    Path judge = reinforce(cold).checkpoint();
    measure(judge, "after-rl").print("after RL", out);
    out.println("judge: " + judge);
    out.flush();
    return 0;
  }

  /** Measures a judge, or reads what was measured of the same weights before. */
  private Measurement measure(Path judge, String name) throws IOException {
    Path file = output.resolve(name + ".json");
    if (Files.exists(file)) {
      Measurement before = Measurement.read(file);
      if (before.pairs() == heldOut && before.weights().equals(Measurement.weights(judge))) {
        return before;
      }
    }
    Measurement now =
        Measurement.of(judge, hardware.device(), hardware.threads(), FINAL_SEED, heldOut);
    now.write(file);
    return now;
  }

  private TrainingRun coldStart() throws IOException {
    Path start = output.resolve("start");
    if (!Files.exists(start)) {
      DemonstrationModel.write(start, R1RewardProtocol.create(), SceneTask.DEFAULT, START_SEED);
    }
    long steps = CurriculumStage.steps(stages);
    return hardware
        .on(SupervisedFineTuning.builder())
        .policy(start)
        .run(output.resolve("sft"))
        .settings(
            SftSettings.builder(steps)
                .batch(batch)
                .tokenBudget(tokenBudget)
                .schedule(
                    LearningRateSchedule.cosine(
                        sftRate, sftRate / 20, Math.min(200, steps / 2), steps))
                .optimiser(AdamWSettings.DEFAULT.weightDecay(0.05))
                .seed(SFT_SEED)
                .evaluateEvery(500)
                .checkpoints(250, 1)
                .build())
        .maxNewTokens(MAX_NEW_TOKENS)
        .heldOut(SceneTask.DEFAULT.heldOut(WATCHED_SEED, watched))
        .listener(ProgressLog.every(20))
        .listener(JsonLinesMetrics.to(output.resolve("sft.jsonl")))
        .listener(TensorBoard.to(output.resolve("events").resolve("sft")))
        .build()
        .fit(CurriculumStage.samples(stages, SFT_SEED, batch));
  }

  private TrainingRun reinforce(Path cold) {
    return hardware
        .on(StableReinforce.builder())
        .policy(cold)
        .run(output.resolve("rl"))
        .reward(Rewards.paper(ConsistencyJudge.rules()))
        .algorithm(algorithm())
        .settings(
            RlSettings.paper(rlIterations)
                .rollouts(prompts, samples)
                .train(Math.max(1, prompts * samples / 4), epochs)
                .maxNewTokens(MAX_NEW_TOKENS)
                .tokenBudget(tokenBudget)
                .schedule(LearningRateSchedule.constant(rlRate).warmup(10))
                .seed(RL_SEED)
                .evaluateEvery(20)
                .checkpoints(5, 1)
                .build())
        .heldOut(SceneTask.DEFAULT.heldOut(WATCHED_SEED, watched))
        .listener(ProgressLog.every(1))
        .listener(JsonLinesMetrics.to(output.resolve("rl.jsonl")))
        .listener(TensorBoard.to(output.resolve("events").resolve("rl")))
        .build()
        .fit(SceneTask.DEFAULT.training(RL_SEED));
  }

  /** StableReinforce; where a prompt has several samples, their mean is the baseline. */
  private Algorithm algorithm() {
    Algorithm paper = Algorithm.stableReinforce();
    return samples == 1
        ? paper
        : paper.advantages(
            Advantages.reinforceBaseline().normalised().filter(AdvantageFilter.sigma(3)));
  }
}
