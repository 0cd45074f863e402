package io.r1reward.examples.compare;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.r1reward.Judgement;
import io.r1reward.Order;
import io.r1reward.PreferencePair;
import io.r1reward.PreferenceScore;
import io.r1reward.RewardModel;
import io.r1reward.Sampling;
import io.r1reward.ScoreRequest;
import io.r1reward.Voting;
import io.r1reward.core.generate.Completion;
import io.r1reward.core.generate.Decoding;
import io.r1reward.core.generate.GenerationRequest;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.generate.TokenListener;
import io.r1reward.core.judge.JudgeRewardModel;
import io.r1reward.examples.UsageException;
import io.r1reward.examples.results.Progress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Asks one model about all pairs: lets it judge greedily, and then asks what it would have answered
 * behind the reference's text. Not thread-safe.
 */
final class Interview {
  private final List<PreferencePair> pairs;
  private final Sampling sampling;
  private final int together;
  private final Consumer<String> progress;

  /**
   * Over pairs.
   *
   * @param maxNewTokens most tokens of a judgement
   * @param together pairs under way
   * @param progress hears what begins
   */
  Interview(List<PreferencePair> pairs, int maxNewTokens, int together, Consumer<String> progress) {
    this.pairs = pairs;
    this.sampling = Sampling.builder().temperature(0).maxNewTokens(maxNewTokens).build();
    this.together = together;
    this.progress = progress;
  }

  /**
   * Asks.
   *
   * @param folder of the model
   * @param builder with the folder and all options set; one model is in memory at a time
   * @param reference whose texts are given; null for the model's own
   */
  Answers ask(Path folder, RewardModel.Builder builder, @Nullable Answers reference) {
    String name = String.valueOf(folder.toAbsolutePath().normalize().getFileName());
    progress.accept("opening " + folder);
    try (RewardModel model = builder.batchRows(together).queueCapacity(pairs.size() + 1).load()) {
      if (!(model instanceof JudgeRewardModel judge)) {
        throw new UsageException(
            folder + " opens as " + model.getClass() + ", no generative judge");
      }
      progress.accept(pairs.size() + " pairs on " + judge.info());
      long start = System.nanoTime();
      List<Judgement> judgements = judge(judge);
      double seconds = (System.nanoTime() - start) / 1e9;
      progress.accept("answers behind given texts");
      List<Judgement> texts = reference == null ? judgements : reference.judgements();
      List<float[]> forced = new ArrayList<>();
      try (Progress texted = Progress.of("compare", "texts", 0, pairs.size())) {
        for (int i = 0; i < pairs.size(); i++) {
          forced.add(force(judge, pairs.get(i), texts.get(i)));
          texted.step();
        }
      }
      return new Answers(name, judge.info(), judgements, forced, seconds);
    }
  }

  private List<Judgement> judge(JudgeRewardModel judge) {
    List<Judgement> judgements = new ArrayList<>();
    try (Progress judged = Progress.of("compare", "pairs", 0, pairs.size())) {
      // no more pictures in memory than pairs under way
      for (int from = 0; from < pairs.size(); from += 4 * together) {
        List<CompletableFuture<PreferenceScore>> scores = new ArrayList<>();
        for (PreferencePair pair :
            pairs.subList(from, Math.min(pairs.size(), from + 4 * together))) {
          scores.add(
              judge.submit(
                  ScoreRequest.builder(pair).voting(Voting.single()).sampling(sampling).build()));
        }
        scores.forEach(
            score -> {
              judgements.add(score.join().judgements().get(0));
              judged.step();
            });
      }
    }
    return judgements;
  }

  /** Returns the log-probabilities of all tokens where a text has its answer, or its last token. */
  private static float[] force(JudgeRewardModel judge, PreferencePair pair, Judgement text) {
    int answer = judge.answerToken(text).orElse(text.tokens().size() - 1);
    Prompt prompt = judge.prompt(pair, Order.GIVEN);
    int[] tokens =
        IntStream.concat(
                IntStream.of(prompt.tokens()),
                text.tokens().stream().limit(answer).mapToInt(Integer::intValue))
            .toArray();
    Completion next =
        judge
            .generator()
            .generate(
                new GenerationRequest(
                    ImmutableList.of(Prompt.of(tokens, prompt.vision())),
                    1,
                    Decoding.greedy(1, ImmutableSet.of()),
                    0,
                    IntStream.range(0, judge.info().vocabularySize()).toArray(),
                    TokenListener.SILENT))
            .get(0);
    return next.watchedLogProbabilities()[0];
  }
}
