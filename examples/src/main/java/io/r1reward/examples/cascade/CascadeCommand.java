package io.r1reward.examples.cascade;

import io.r1reward.PreferencePair;
import io.r1reward.PreferenceScore;
import io.r1reward.Preferred;
import io.r1reward.RewardModel;
import io.r1reward.Sampling;
import io.r1reward.ScoreRequest;
import io.r1reward.Voting;
import io.r1reward.examples.EmbeddedJudge;
import io.r1reward.examples.UsageException;
import io.r1reward.examples.score.PairFile;
import io.r1reward.train.data.PreferenceSample;
import io.r1reward.train.scenes.SceneTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures what a cascade costs and gains, from one set of judgements of both judges. */
@Command(
    name = "cascade",
    mixinStandardHelpOptions = true,
    description =
        "Lets a cheap and a dear judge judge all labelled pairs once, and prints as Markdown what"
            + " asking the dear one only below a margin costs and gains. Seconds are shares of"
            + " the two runs' times, so pairs that are sent on count as long as any.")
public final class CascadeCommand implements Callable<Integer> {
  private static final int BATCH = 16;

  @Spec private CommandSpec spec;

  @Option(
      names = "--checkpoint",
      paramLabel = "DIR",
      description = "The second, dear judge; default: the demonstration judge.")
  private @Nullable String checkpoint;

  @Option(
      names = "--first-checkpoint",
      paramLabel = "DIR",
      description = "The first, cheap judge; default: the second one.")
  private @Nullable String firstCheckpoint;

  @Option(
      names = "--input",
      paramLabel = "FILE",
      description = "Labelled pairs; default: held-out pairs of the demonstration task.")
  private @Nullable Path input;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "200",
      description = "Most pairs; default ${DEFAULT-VALUE}.")
  private int count;

  @Option(
      names = "--first-votes",
      paramLabel = "K",
      defaultValue = "1",
      description = "Judgements of the first judge; one is greedy; default ${DEFAULT-VALUE}.")
  private int firstVotes;

  @Option(
      names = "--first-both-orders",
      description = "The first judge also sees the responses exchanged.")
  private boolean firstBothOrders;

  @Option(
      names = "--votes",
      paramLabel = "K",
      defaultValue = "15",
      description = "Judgements of the second judge in each order; default ${DEFAULT-VALUE}.")
  private int votes;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "Start of all random draws, and of the task's pairs; default ${DEFAULT-VALUE}.")
  private long seed;

  private record Labelled(PreferencePair pair, Preferred label) {}

  private record Judged(List<PreferenceScore> scores, double seconds) {}

  @Override
  public Integer call() throws IOException {
    if (count < 1) {
      throw new UsageException("--count must be at least 1, got " + count);
    }
    Voting firstVote = new Voting(firstVotes, firstBothOrders, true);
    Voting secondVote = Voting.majority(votes).inBothOrders();
    List<Labelled> pairs = pairs();
    Sampling.Builder firstSampling = Sampling.builder().seed(seed);
    if (firstVotes == 1) {
      firstSampling.temperature(0.0);
    }
    try (EmbeddedJudge embedded = EmbeddedJudge.unpack()) {
      String second = checkpoint == null ? embedded.folder().toString() : checkpoint;
      Judged cheap =
          judge(
              firstCheckpoint == null ? second : firstCheckpoint,
              pairs,
              firstVote,
              firstSampling.build());
      Judged dear = judge(second, pairs, secondVote, Sampling.builder().seed(seed).build());
      List<CascadeTable.Pair> both = new ArrayList<>();
      for (int i = 0; i < pairs.size(); i++) {
        both.add(
            CascadeTable.Pair.of(
                pairs.get(i).label(), cheap.scores().get(i), dear.scores().get(i)));
      }
      spec.commandLine()
          .getOut()
          .print(new CascadeTable(both, cheap.seconds(), dear.seconds()).markdown());
      spec.commandLine().getOut().flush();
    }
    return 0;
  }

  private static Judged judge(
      String checkpoint, List<Labelled> pairs, Voting voting, Sampling sampling) {
    try (RewardModel model = RewardModel.builder().checkpoint(checkpoint).batchRows(BATCH).load()) {
      model.warmUp();
      long start = System.nanoTime();
      List<PreferenceScore> scores;
      try (var outcomes =
          model.scoreAll(
              pairs,
              one -> ScoreRequest.builder(one.pair()).voting(voting).sampling(sampling).build(),
              BATCH)) {
        scores = outcomes.map(outcome -> outcome.orElseThrow()).toList();
      }
      return new Judged(scores, (System.nanoTime() - start) / 1e9);
    }
  }

  private List<Labelled> pairs() throws IOException {
    List<Labelled> pairs = new ArrayList<>();
    if (input == null) {
      try (Stream<PreferenceSample> samples = SceneTask.DEFAULT.heldOut(seed, count).open()) {
        samples.forEach(sample -> pairs.add(new Labelled(sample.pair(), sample.label())));
      }
      return pairs;
    }
    for (PairFile.Line line : PairFile.read(input, null, count)) {
      if (line.label() == null) {
        throw new UsageException(input + " has a pair without a label: " + line.id());
      }
      pairs.add(new Labelled(line.pair(), line.label()));
    }
    return pairs;
  }
}
