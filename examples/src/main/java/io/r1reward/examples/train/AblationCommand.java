package io.r1reward.examples.train;

import io.r1reward.train.StableReinforce;
import io.r1reward.train.advantage.Advantages;
import io.r1reward.train.loss.ClippedSurrogate;
import io.r1reward.train.loss.PolicyLoss;
import io.r1reward.train.loss.PolicyLossBatch;
import io.r1reward.train.loss.PolicyLossResult;
import io.r1reward.train.metrics.JsonLinesMetrics;
import io.r1reward.train.metrics.StepReport;
import io.r1reward.train.optim.AdamWSettings;
import io.r1reward.train.optim.LearningRateSchedule;
import io.r1reward.train.rl.Algorithm;
import io.r1reward.train.rl.RlSettings;
import io.r1reward.train.run.TrainingException;
import io.r1reward.train.scenes.SceneTask;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The paper's ablation in small: the same start trained with REINFORCE++, StableReinforce without
 * Pre-CLIP, without the filter, and whole, several rates and seeds each, in a regime hard enough to
 * show instability. Says of each cell how often the parts that are left out had anything to do, and
 * draws reward, response length, KL to the start and held-out accuracy as PNG. Stopped at any
 * moment, the same command goes on.
 */
@Command(
    name = "ablation",
    description = "Compares StableReinforce with its parts left out, on generated pictures.",
    mixinStandardHelpOptions = true)
public final class AblationCommand implements Callable<Integer> {
  private static final long DATA_SEED = 8;
  private static final long WATCHED_SEED = 99;

  @Spec private CommandSpec spec;

  @Option(
      names = "--start",
      required = true,
      paramLabel = "DIR",
      description = "Checkpoint after the cold start.")
  private Path start;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "Folder of runs and pictures.")
  private Path output;

  @Mixin private TrainingHardware hardware;

  @Option(
      names = "--seeds",
      defaultValue = "3",
      paramLabel = "N",
      description = "Runs of each variant; default ${DEFAULT-VALUE}.")
  private int seeds;

  @Option(
      names = "--iterations",
      defaultValue = "10",
      paramLabel = "N",
      description = "Rollout batches of a run; default ${DEFAULT-VALUE}.")
  private long iterations;

  @Option(
      names = "--rollouts",
      defaultValue = "64",
      paramLabel = "N",
      description = "Rollouts per batch; default ${DEFAULT-VALUE}.")
  private int rollouts;

  @Option(
      names = "--epochs",
      defaultValue = "5",
      paramLabel = "N",
      description = "Passes over each batch; default ${DEFAULT-VALUE}.")
  private int epochs;

  @Option(
      names = "--rate",
      defaultValue = "0.0005,0.002",
      split = ",",
      paramLabel = "RATE",
      description = "Learning rates; default ${DEFAULT-VALUE}.")
  private List<Double> rates;

  @Option(
      names = "--most-items",
      defaultValue = "4",
      paramLabel = "N",
      description =
          "Most things in a picture: with 1 a good judge is nearly always right, which is where"
              + " the advantage filter can act; default ${DEFAULT-VALUE}.")
  private int mostItems;

  @Option(
      names = "--watched",
      defaultValue = "200",
      paramLabel = "N",
      description = "Held-out pairs; default ${DEFAULT-VALUE}.")
  private int watched;

  @Option(
      names = "--max-new-tokens",
      defaultValue = "200",
      paramLabel = "N",
      description = "Tokens a judgement may have; default ${DEFAULT-VALUE}.")
  private int maxNewTokens;

  /** A loss whose reference is there to measure the KL, which has no weight in it. */
  private record Watched(PolicyLoss loss) implements PolicyLoss {
    @Override
    public PolicyLossResult evaluate(PolicyLossBatch batch) {
      return loss.evaluate(batch);
    }
  }

  /** The variants, by the names of the table. */
  private static Map<String, Algorithm> variants() {
    Algorithm whole = Algorithm.stableReinforce();
    Map<String, Algorithm> variants = new LinkedHashMap<>();
    variants.put("REINFORCE++", Algorithm.reinforcePlusPlus());
    variants.put("without Pre-CLIP", whole.loss(ClippedSurrogate.ppo()));
    variants.put("without filter", whole.advantages(Advantages.reinforce().normalised()));
    variants.put("StableReinforce", whole);
    return variants;
  }

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    Files.createDirectories(output);
    SceneTask task =
        new SceneTask(SceneTask.DEFAULT.size(), 1, mostItems, SceneTask.DEFAULT.heldOutShare());
    List<AblationCell> cells = new ArrayList<>();
    for (double rate : rates) {
      for (Map.Entry<String, Algorithm> variant : variants().entrySet()) {
        List<List<StepReport>> runs = new ArrayList<>();
        for (int seed = 0; seed < seeds; seed++) {
          runs.add(run(variant.getKey(), variant.getValue(), rate, seed, task, out));
        }
        cells.add(new AblationCell(variant.getKey(), rate, runs));
      }
    }
    AblationCharts.write(cells, output.resolve("ablation.png"));
    out.println(AblationCell.HEADER);
    cells.forEach(cell -> out.println(cell.row()));
    out.flush();
    return 0;
  }

  /** Trains one variant, or what is left of it, and returns all of its steps. */
  private List<StepReport> run(
      String name, Algorithm algorithm, double rate, int seed, SceneTask task, PrintWriter out)
      throws IOException {
    String variant = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z]+", "-");
    Path folder = output.resolve("%s-%s-%d".formatted(variant, rate, seed));
    Path metrics = output.resolve(folder.getFileName() + ".jsonl");
    StableReinforce trainer =
        hardware
            .on(StableReinforce.builder())
            .policy(start)
            .run(folder)
            .algorithm(algorithm.named(name).loss(new Watched(algorithm.loss())))
            .settings(
                RlSettings.paper(iterations)
                    .rollouts(rollouts, 1)
                    .train(Math.max(1, rollouts / 4), epochs)
                    .maxNewTokens(maxNewTokens)
                    .tokenBudget(8192)
                    .schedule(LearningRateSchedule.constant(rate))
                    .optimiser(AdamWSettings.DEFAULT)
                    .seed(seed)
                    .evaluateEvery(Math.max(1, iterations / 2))
                    .checkpoints(5, 1)
                    .build())
            .heldOut(task.heldOut(WATCHED_SEED, watched))
            .listener(JsonLinesMetrics.to(metrics))
            .build();
    out.printf("%s, rate %s, seed %d%n", name, rate, seed);
    out.flush();
    try {
      trainer.fit(task.training(DATA_SEED + seed));
    } catch (TrainingException e) {
      out.println("ended: " + e.getMessage());
    }
    return Files.exists(metrics) ? JsonLinesMetrics.read(metrics) : List.of();
  }
}
