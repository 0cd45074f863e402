package io.r1reward.examples.bench;

import io.r1reward.Image;
import io.r1reward.PreferencePair;
import io.r1reward.PreferenceScore;
import io.r1reward.RewardModel;
import io.r1reward.Sampling;
import io.r1reward.ScoreRequest;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Scores many pairs, and looks at the process's memory now and then. */
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

  /** Scores, and reports the memory after each twentieth of the judgements. */
  void run(int judgements, Report report, Consumer<String> progress) throws IOException {
    Queue<CompletableFuture<PreferenceScore>> running = new ArrayDeque<>();
    long start = System.nanoTime();
    for (int done = 0, asked = 0; done < judgements; done++) {
      while (asked < judgements && running.size() < AT_A_TIME) {
        running.add(model.submit(request(asked++)));
      }
      running.remove().join();
      long interval = (done + 1L) * INTERVALS / judgements;
      if (interval > (long) done * INTERVALS / judgements) {
        OptionalLong resident = ProcessMemory.resident();
        report
            .row("soak")
            .put("judgements", done + 1)
            .put("seconds", (System.nanoTime() - start) / 1e9)
            .put("heap_mib", Runtime.getRuntime().totalMemory() / MIB)
            .put(
                "resident_mib",
                resident.isPresent() ? Long.toString(resident.getAsLong() / MIB) : "unknown");
        progress.accept((done + 1) + " of " + judgements + " judgements");
      }
    }
  }

  /** Prompts of many lengths, each with the picture or, every third, without. */
  private ScoreRequest request(int index) {
    PreferencePair.Builder pair =
        PreferencePair.builder()
            .question("What is in the picture?" + " And where?".repeat(index % QUESTIONS))
            .first("Answer " + index)
            .second("Something else.");
    if (index % 3 != 0) {
      pair.image(picture);
    }
    return ScoreRequest.builder(pair.build())
        .sampling(sampling.toBuilder().seed(index).build())
        .build();
  }
}
