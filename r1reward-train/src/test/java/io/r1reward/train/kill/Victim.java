package io.r1reward.train.kill;

import io.r1reward.core.checkpoint.Checkpoint;
import io.r1reward.core.protocol.R1RewardProtocol;
import io.r1reward.train.StableReinforce;
import io.r1reward.train.advantage.KlEstimator;
import io.r1reward.train.encode.SampleEncoder;
import io.r1reward.train.metrics.JsonLinesMetrics;
import io.r1reward.train.metrics.StepReport;
import io.r1reward.train.metrics.TrainingListener;
import io.r1reward.train.model.NetworkSettings;
import io.r1reward.train.model.PolicyNetwork;
import io.r1reward.train.optim.LearningRateSchedule;
import io.r1reward.train.policy.EngineSampler;
import io.r1reward.train.policy.PolicySampler;
import io.r1reward.train.reward.Rewards;
import io.r1reward.train.rl.Algorithm;
import io.r1reward.train.rl.RlSettings;
import io.r1reward.train.scenes.SceneTask;
import io.r1reward.train.sft.SftSettings;
import io.r1reward.train.sft.SupervisedTrainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Two small training runs, and a program that runs one of them up to a {@link Moment}: it says on
 * standard output that it is there, and never gets past it.
 */
public final class Victim {
  /** What the program prints when it is where it shall die. */
  static final String HERE = "here";

  private static final double RATE = 1e-3;
  private static final int GARBAGE = 1000;

  /** Tells apart what a policy of random weights says, so that there is something to learn. */
  private static final Rewards SIGNAL =
      Rewards.result(input -> Math.floorMod(input.completion().hashCode(), 101) / 100.0);

  private static final SceneTask SCENES = new SceneTask(56, 1, 2, 0.1);

  private final Path policy;
  private final Moment moment;
  private long iteration;

  private Victim(Path policy, Moment moment) {
    this.policy = policy;
    this.moment = moment;
  }

  /** When the program shall die; all within the second iteration, or step 4 of fine-tuning. */
  enum Moment {
    /** The policy is being asked. */
    ROLLOUT,
    /** Some optimiser steps of the iteration are done, one is being made. */
    OPTIMISER,
    /** The file of weights is begun. */
    WRITING,
    /** All files are written, the folder has its temporary name. */
    WRITTEN,
    /** The new checkpoint is there, the old one is half deleted. */
    REMOVING,
    /** The judge is being exported. */
    EXPORT,
    /** Nothing happens. */
    NEVER
  }

  /** Arguments: which run, the checkpoint it starts from, its folder, when to die. */
  public static void main(String[] arguments) {
    Victim victim = new Victim(Path.of(arguments[1]), Moment.valueOf(arguments[3]));
    Path folder = Path.of(arguments[2]);
    if (arguments[0].equals("reinforce")) {
      victim.reinforce(folder);
    } else {
      victim.fineTune(folder);
    }
  }

  /** Runs reinforcement learning to its end. */
  static void reinforceUndisturbed(Path policy, Path folder) {
    new Victim(policy, Moment.NEVER).reinforce(folder);
  }

  /** Runs fine-tuning to its end. */
  static void fineTuneUndisturbed(Path policy, Path folder) {
    new Victim(policy, Moment.NEVER).fineTune(folder);
  }

  private void reinforce(Path folder) {
    PolicySampler judge = new EngineSampler(16, 1);
    StableReinforce.builder()
        .policy(policy)
        .run(GatedFiles.behind(this::gate, folder))
        .device("cpu")
        .threads(1)
        .reward(SIGNAL)
        .algorithm(Algorithm.stableReinforce().klInReward(0.1, KlEstimator.K3))
        .settings(
            RlSettings.paper(3)
                .rollouts(4, 2)
                .train(4, 2)
                .maxNewTokens(6)
                .tokenBudget(2500)
                .schedule(
                    step -> {
                      // four steps an iteration: 4 .. 7 are those of the second
                      announceIf(moment == Moment.OPTIMISER && step == 5);
                      stopIf(moment == Moment.OPTIMISER && step == 6);
                      return RATE;
                    })
                .checkpoints(1, 1)
                .build())
        .sampler(
            (network, request) -> {
              iteration++;
              announceIf(moment == Moment.ROLLOUT && iteration == 2);
              while (moment == Moment.ROLLOUT && iteration == 2) {
                judge.sample(network, request);
              }
              return judge.sample(network, request);
            })
        .listener(new Iterations())
        .listener(JsonLinesMetrics.to(folder.resolve("metrics.jsonl")))
        .build()
        .fit(SCENES.training(1));
  }

  private void fineTune(Path folder) {
    NetworkSettings settings = NetworkSettings.builder().device("cpu").threads(1).build();
    LearningRateSchedule schedule =
        step -> {
          announceIf(moment == Moment.OPTIMISER && step == 3);
          return RATE;
        };
    try (Checkpoint checkpoint = Checkpoint.open(policy);
        SampleEncoder encoder = SampleEncoder.open(policy, R1RewardProtocol.create());
        PolicyNetwork network = PolicyNetwork.load(checkpoint, settings, 0)) {
      new SupervisedTrainer(
              network,
              encoder,
              SftSettings.builder(6)
                  .batch(2)
                  .tokenBudget(1500)
                  .schedule(schedule)
                  .checkpoints(2, 1)
                  .build(),
              GatedFiles.behind(this::gate, folder).resolve("checkpoints"),
              List.of(
                  report -> stopIf(moment == Moment.OPTIMISER && report.step() == 4),
                  new Iterations(),
                  JsonLinesMetrics.to(folder.resolve("metrics.jsonl"))),
              null)
          .fit(SCENES.training(1));
    }
  }

  /** Knows the iteration, also where a run goes on. */
  private final class Iterations implements TrainingListener {
    @Override
    public void onResume(long step) {
      iteration = step;
    }

    @Override
    public void onStep(StepReport report) {
      iteration = report.step();
    }
  }

  private void gate(String what, Path path) throws IOException {
    String name = path.getFileName().toString();
    boolean step = iteration == 2 || iteration == 4;
    switch (moment) {
      case WRITING -> {
        if (step && what.equals("write") && name.startsWith(".trained.safetensors")) {
          Files.write(path, new byte[GARBAGE]);
          stop();
        }
      }
      case WRITTEN -> stopIf(step && what.equals("move") && name.startsWith("step-"));
      case REMOVING ->
          stopIf(
              what.equals("delete")
                  && name.equals("optimiser.safetensors")
                  && path.toString().contains("unfinished-removed"));
      case EXPORT -> stopIf(what.equals("move") && name.equals("judge"));
      case ROLLOUT, OPTIMISER, NEVER -> {}
    }
  }

  private static void announceIf(boolean here) {
    if (here) {
      System.out.println(HERE);
      System.out.flush();
    }
  }

  private static void stopIf(boolean here) {
    if (here) {
      stop();
    }
  }

  private static void stop() {
    announceIf(true);
    try {
      Thread.sleep(Long.MAX_VALUE);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
