package io.r1reward.examples.train;

import com.google.common.collect.ImmutableList;
import io.r1reward.core.checkpoint.Checkpoint;
import io.r1reward.core.checkpoint.DType;
import io.r1reward.core.protocol.R1RewardProtocol;
import io.r1reward.train.StableReinforce;
import io.r1reward.train.TrainingRun;
import io.r1reward.train.data.PreferenceSample;
import io.r1reward.train.encode.SampleEncoder;
import io.r1reward.train.metrics.JsonLinesMetrics;
import io.r1reward.train.metrics.ProgressLog;
import io.r1reward.train.metrics.TensorBoard;
import io.r1reward.train.model.NetworkFiles;
import io.r1reward.train.model.NetworkSettings;
import io.r1reward.train.model.PolicyNetwork;
import io.r1reward.train.optim.AdamWSettings;
import io.r1reward.train.optim.LearningRateSchedule;
import io.r1reward.train.policy.EngineSampler;
import io.r1reward.train.policy.HeldOut;
import io.r1reward.train.reward.ConsistencyJudge;
import io.r1reward.train.reward.Rewards;
import io.r1reward.train.rl.RlSettings;
import io.r1reward.train.scenes.DemonstrationModel;
import io.r1reward.train.scenes.SceneTask;
import io.r1reward.train.sft.SftSettings;
import io.r1reward.train.sft.SupervisedTrainer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
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

  @Spec private CommandSpec spec;

  @Option(names = "--output", required = true, description = "folder of the run")
  private Path output;

  @Option(names = "--device", defaultValue = "auto", description = "auto, cpu or cuda:N")
  private String device;

  @Option(names = "--float32", description = "compute in float32 instead of bfloat16")
  private boolean float32;

  @Option(names = "--threads", defaultValue = "0", description = "intra-op threads, 0: default")
  private int threads;

  @Option(names = "--sft-steps", defaultValue = "4000", description = "cold start, steps")
  private long sftSteps;

  @Option(names = "--sft-rate", defaultValue = "0.002", description = "its learning rate")
  private double sftRate;

  @Option(names = "--batch", defaultValue = "32", description = "its samples per step")
  private int batch;

  @Option(
      names = "--token-budget",
      defaultValue = "2048",
      description = "tokens computed at a time; a GPU wants more")
  private int tokenBudget;

  @Option(names = "--rl-iterations", defaultValue = "60", description = "rollout batches of RL")
  private long rlIterations;

  @Option(names = "--rollouts", defaultValue = "256", description = "rollouts per batch of RL")
  private int rollouts;

  @Option(names = "--rl-rate", defaultValue = "0.0001", description = "learning rate of RL")
  private double rlRate;

  @Option(names = "--watched", defaultValue = "200", description = "pairs judged while training")
  private int watched;

  @Option(names = "--held-out", defaultValue = "2000", description = "pairs judged at the end")
  private int heldOut;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    Files.createDirectories(output);
    Path start = output.resolve("start");
    if (!Files.exists(start)) {
      DemonstrationModel.write(start, R1RewardProtocol.create(), SceneTask.DEFAULT, START_SEED);
    }
    Path cold = output.resolve("cold-start");
    if (!Files.exists(cold)) {
      coldStart(start, cold);
    }
    Measurement.of(cold, device, threads, FINAL_SEED, heldOut).print("after SFT", out);
    TrainingRun run = reinforce(cold);
    Measurement.of(run.checkpoint(), device, threads, FINAL_SEED, heldOut).print("after RL", out);
    out.println("judge: " + run.checkpoint());
    out.flush();
    return 0;
  }

  private void coldStart(Path start, Path target) {
    NetworkSettings network =
        NetworkSettings.builder().device(device).bfloat16(!float32).threads(threads).build();
    try (Checkpoint checkpoint = Checkpoint.open(start);
        SampleEncoder encoder =
            SampleEncoder.open(
                start, R1RewardProtocol.create(), SampleEncoder.TRAINING_MAX_PIXELS);
        PolicyNetwork policy = PolicyNetwork.load(checkpoint, network, START_SEED)) {
      SftSettings settings =
          SftSettings.builder(sftSteps)
              .batch(batch)
              .tokenBudget(tokenBudget)
              .schedule(
                  LearningRateSchedule.cosine(
                      sftRate, sftRate / 20, Math.min(200, sftSteps / 2), sftSteps))
              .optimiser(AdamWSettings.DEFAULT.weightDecay(0.05))
              .evaluateEvery(500)
              .checkpoints(250, 1)
              .build();
      HeldOut pairs = new HeldOut(watchedPairs(), encoder, new EngineSampler(64, threads), 300);
      new SupervisedTrainer(
              policy,
              encoder,
              settings,
              output.resolve("sft"),
              List.of(
                  ProgressLog.every(20),
                  JsonLinesMetrics.to(output.resolve("sft.jsonl")),
                  TensorBoard.to(output.resolve("events").resolve("sft"))),
              pairs)
          .fit(SceneTask.DEFAULT.training(SFT_SEED));
      NetworkFiles.export(policy, start, target, DType.BF16);
    }
  }

  private TrainingRun reinforce(Path cold) {
    return StableReinforce.builder()
        .policy(cold)
        .run(output.resolve("rl"))
        .device(device)
        .bfloat16(!float32)
        .threads(threads)
        .reward(Rewards.paper(ConsistencyJudge.rules()))
        .settings(
            RlSettings.paper(rlIterations)
                .rollouts(rollouts, 1)
                .train(Math.max(1, rollouts / 2), 2)
                .maxNewTokens(300)
                .tokenBudget(tokenBudget)
                .schedule(LearningRateSchedule.constant(rlRate).warmup(4))
                .seed(RL_SEED)
                .evaluateEvery(10)
                .checkpoints(2, 1)
                .build())
        .heldOut(() -> watchedPairs().stream())
        .listener(ProgressLog.every(1))
        .listener(JsonLinesMetrics.to(output.resolve("rl.jsonl")))
        .listener(TensorBoard.to(output.resolve("events").resolve("rl")))
        .build()
        .fit(SceneTask.DEFAULT.training(RL_SEED));
  }

  private ImmutableList<PreferenceSample> watchedPairs() {
    try (Stream<PreferenceSample> samples =
        SceneTask.DEFAULT.heldOut(WATCHED_SEED, watched).open()) {
      return ImmutableList.copyOf(samples.toList());
    }
  }
}
