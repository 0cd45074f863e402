package io.r1reward.examples.bench;

import io.r1reward.Image;
import io.r1reward.PreferencePair;
import io.r1reward.RankRequest;
import io.r1reward.RewardModel;
import io.r1reward.Sampling;
import io.r1reward.ScoreRequest;
import io.r1reward.Tournament;
import io.r1reward.Voting;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Scores, votes and ranks over many pairs, and looks at the process's memory now and then. */
final class Soak {
  private static final int INTERVALS = 20;
  private static final int AT_A_TIME = 32;
  private static final long MIB = 1 << 20;
  private static final int QUESTIONS = 97;

  private final RewardModel model;
  private final Image picture;
  private final Sampling sampling;

  /** Over a model, which stays the caller's. */
  Soak(RewardModel model, Image picture, int newTokens) {
    this.model = model;
    this.picture = picture;
    this.sampling = Sampling.builder().temperature(1).maxNewTokens(newTokens).build();
  }

  /** Scores, votes and ranks, and reports the memory after each twentieth of the judgements. */
  void run(int judgements, Report report, Consumer<String> progress) throws IOException {
    Queue<CompletableFuture<Integer>> running = new ArrayDeque<>();
    long start = System.nanoTime();
    int asked = 0;
    int done = 0;
    int intervals = 0;
    while (done < judgements) {
      while (running.size() < AT_A_TIME) {
        running.add(submit(asked++));
      }
      done += running.remove().join();
      if ((long) done * INTERVALS / judgements > intervals) {
        intervals = (int) ((long) done * INTERVALS / judgements);
        OptionalLong resident = ProcessMemory.resident();
        report
            .row("soak")
            .put("judgements", done)
            .put("seconds", (System.nanoTime() - start) / 1e9)
            .put("heap_mib", Runtime.getRuntime().totalMemory() / MIB)
            .put(
                "resident_mib",
                resident.isPresent() ? Long.toString(resident.getAsLong() / MIB) : "unknown");
        progress.accept(done + " of " + judgements + " judgements");
      }
    }
    running.forEach(last -> last.cancel(true));
  }

  /** Starts a single score, a vote of five in both orders, or a ranking; tells its judgements. */
  private CompletableFuture<Integer> submit(int index) {
    PreferencePair pair = pair(index);
    Sampling seeded = sampling.toBuilder().seed(index).build();
    if (index % 8 == 7) {
      return model
          .rankAsync(
              RankRequest.builder(pair.question(), List.of("One.", "Two.", "Three.", "Four."))
                  .media(pair.media())
                  .tournament(Tournament.KNOCK_OUT)
                  .voting(Voting.single())
                  .sampling(seeded)
                  .build())
          .thenApply(
              ranking ->
                  ranking.comparisons().stream()
                      .mapToInt(comparison -> comparison.score().judgements().size())
                      .sum());
    }
    Voting voting = index % 4 == 3 ? Voting.majority(5).inBothOrders() : Voting.single();
    return model
        .submit(ScoreRequest.builder(pair).voting(voting).sampling(seeded).build())
        .thenApply(score -> score.judgements().size());
  }

  /** Prompts of many lengths, each with the picture or, every third, without. */
  private PreferencePair pair(int index) {
    PreferencePair.Builder pair =
        PreferencePair.builder()
            .question("What is in the picture?" + " And where?".repeat(index % QUESTIONS))
            .first("Answer " + index)
            .second("Something else.");
    if (index % 3 != 0) {
      pair.image(picture);
    }
    return pair.build();
  }
}
