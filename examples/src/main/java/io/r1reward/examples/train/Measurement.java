package io.r1reward.examples.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.hash.Funnels;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import io.r1reward.Judgement;
import io.r1reward.Order;
import io.r1reward.PreferenceScore;
import io.r1reward.RewardModel;
import io.r1reward.Sampling;
import io.r1reward.ScoreRequest;
import io.r1reward.Voting;
import io.r1reward.examples.results.Progress;
import io.r1reward.train.data.PreferenceSample;
import io.r1reward.train.reward.FormatReward;
import io.r1reward.train.scenes.SceneTask;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * A judge on held-out pairs of the visual preference task, through the public API.
 *
 * @param weights SHA-256 of the judge's weights
 * @param pairs how many
 * @param greedy share judged right greedily
 * @param format share of greedy judgements in the strict format
 * @param sameBothOrders share judged alike in both orders of the responses
 * @param voted how many of them, the first ones, were judged by a vote of 15 at temperature 1
 * @param voting share of these that the vote judged right
 * @param votedGreedy share of these judged right greedily
 * @param careful share of greedy judgements that check what the responses say
 * @param tokens mean length of greedy judgements
 * @param maxNewTokens how long they could be
 */
record Measurement(
    String weights,
    int pairs,
    double greedy,
    double format,
    double sameBothOrders,
    int voted,
    double voting,
    double votedGreedy,
    double careful,
    double tokens,
    int maxNewTokens) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int VOTES = 15;
  private static final int VOTED = 500;
  private static final int TOGETHER = 256;

  static Measurement of(
      Path judge, String device, int threads, long seed, int count, int maxNewTokens)
      throws IOException {
    List<PreferenceSample> samples;
    try (Stream<PreferenceSample> stream = SceneTask.DEFAULT.heldOut(seed, count).open()) {
      samples = stream.toList();
    }
    try (RewardModel model =
        RewardModel.builder()
            .checkpoint(judge)
            .device(device)
            .threads(threads)
            .batchRows(64)
            .load()) {
      int right = 0;
      int wellFormed = 0;
      int alike = 0;
      int careful = 0;
      long tokens = 0;
      List<PreferenceSample> some = samples.subList(0, Math.min(VOTED, samples.size()));
      int votedGreedy = 0;
      int at = 0;
      for (Scored scored : score(model, samples, Voting.single().inBothOrders(), 0, maxNewTokens)) {
        Judgement given = inOrder(scored.score, Order.GIVEN);
        Judgement swapped = inOrder(scored.score, Order.SWAPPED);
        int hit = given.preferred() == scored.sample.label() ? 1 : 0;
        right += hit;
        votedGreedy += at++ < some.size() ? hit : 0;
        alike += given.preferred() == swapped.preferred() ? 1 : 0;
        careful += SceneTask.isCareful(given.text()) ? 1 : 0;
        tokens += given.tokenCount();
        wellFormed += FormatReward.isWellFormed(given.text()) ? 1 : 0;
      }
      int voted = 0;
      for (Scored scored : score(model, some, Voting.majority(VOTES), 1, maxNewTokens)) {
        voted += scored.score.preferred() == scored.sample.label() ? 1 : 0;
      }
      double all = samples.size();
      return new Measurement(
          weights(judge),
          samples.size(),
          right / all,
          wellFormed / all,
          alike / all,
          some.size(),
          (double) voted / some.size(),
          (double) votedGreedy / some.size(),
          careful / all,
          tokens / all,
          maxNewTokens);
    }
  }

  /** Tells judges apart: the SHA-256 of their weights, file by file. */
  static String weights(Path judge) throws IOException {
    Hasher hasher = Hashing.sha256().newHasher();
    try (Stream<Path> files = Files.list(judge)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".safetensors")).sorted().toList()) {
        MoreFiles.asByteSource(file).copyTo(Funnels.asOutputStream(hasher));
      }
    }
    return hasher.hash().toString();
  }

  private static Judgement inOrder(PreferenceScore score, Order order) {
    return score.judgements().stream()
        .filter(judgement -> judgement.order() == order)
        .findFirst()
        .orElseThrow();
  }

  private record Scored(PreferenceSample sample, PreferenceScore score) {}

  private static List<Scored> score(
      RewardModel model,
      List<PreferenceSample> samples,
      Voting voting,
      double temperature,
      int maxNewTokens) {
    Sampling sampling =
        Sampling.builder().temperature(temperature).maxNewTokens(maxNewTokens).build();
    List<Scored> scored = new ArrayList<>();
    try (Progress judged = Progress.of("train", "pairs measured", 0, samples.size())) {
      for (int at = 0; at < samples.size(); at += TOGETHER) {
        List<PreferenceSample> part = samples.subList(at, Math.min(samples.size(), at + TOGETHER));
        List<CompletableFuture<PreferenceScore>> running = new ArrayList<>();
        for (PreferenceSample sample : part) {
          running.add(
              model.submit(
                  ScoreRequest.builder(sample.pair()).voting(voting).sampling(sampling).build()));
        }
        for (int i = 0; i < part.size(); i++) {
          scored.add(new Scored(part.get(i), running.get(i).join()));
          judged.step();
        }
      }
    }
    return scored;
  }

  /** Keeps the numbers in a file. */
  void write(Path file) throws IOException {
    Files.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this));
  }

  static Measurement read(Path file) throws IOException {
    return JSON.readValue(Files.readAllBytes(file), Measurement.class);
  }

  void print(String when, PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "%s: %d held-out pairs, greedy %.1f %%, format %.1f %%, same in both orders %.1f %%,"
            + " careful %.1f %%, %.0f tokens, on the first %d of them voting@%d %.1f %% and greedy %.1f %%%n",
        when,
        pairs,
        100 * greedy,
        100 * format,
        100 * sameBothOrders,
        100 * careful,
        tokens,
        voted,
        VOTES,
        100 * voting,
        100 * votedGreedy);
    out.flush();
  }
}
