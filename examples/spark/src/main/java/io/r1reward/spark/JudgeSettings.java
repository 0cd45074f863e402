package io.r1reward.spark;

import com.google.errorprone.annotations.Immutable;
import io.r1reward.RewardModel;
import io.r1reward.Sampling;
import io.r1reward.Voting;
import java.io.Serializable;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Which judge the executors open and how it is asked; goes over the network. Immutable.
 *
 * @param checkpoint a folder that every executor sees, or {@code hf:owner/name@revision}
 * @param device {@code auto}, {@code cpu} or {@code cuda:N}; with {@code auto} a task takes the GPU
 *     that Spark gave it
 * @param dtype number format, or {@code auto}
 * @param protocol file of another protocol, which every executor sees; null for R1-Reward's
 * @param maxPixels largest picture; null for the checkpoint's limit
 * @param threads threads inside one operator; 0 for the engine's choice
 * @param votes judgements of a pair and order
 * @param bothOrders whether each vote is also taken with the responses exchanged
 * @param temperature null for the checkpoint's, and 1 with more than one vote
 * @param maxNewTokens most tokens of a judgement
 * @param seed start of all random draws
 * @param together pairs under way in a task, and judgements decoded together
 * @param imageRoot where relative picture paths start, on every executor
 */
@Immutable
public record JudgeSettings(
    String checkpoint,
    String device,
    String dtype,
    @Nullable String protocol,
    @Nullable Integer maxPixels,
    int threads,
    int votes,
    boolean bothOrders,
    @Nullable Double temperature,
    int maxNewTokens,
    long seed,
    int together,
    String imageRoot)
    implements Serializable {

  /** All defaults of the program {@code score}. */
  public static JudgeSettings of(String checkpoint, String imageRoot) {
    return new JudgeSettings(
        checkpoint,
        "auto",
        "auto",
        null,
        null,
        0,
        1,
        false,
        null,
        Sampling.DEFAULT_MAX_NEW_TOKENS,
        0,
        16,
        imageRoot);
  }

  /** The same with a vote. */
  public JudgeSettings withVotes(int judgements, boolean inBothOrders, long from) {
    return new JudgeSettings(
        checkpoint,
        device,
        dtype,
        protocol,
        maxPixels,
        threads,
        judgements,
        inBothOrders,
        temperature,
        maxNewTokens,
        from,
        together,
        imageRoot);
  }

  Voting voting() {
    return new Voting(votes, bothOrders, true);
  }

  Sampling sampling() {
    Sampling.Builder sampling = Sampling.builder().seed(seed).maxNewTokens(maxNewTokens);
    if (temperature != null) {
      sampling.temperature(temperature);
    }
    return sampling.build();
  }

  RewardModel.Builder builder(String onDevice) {
    RewardModel.Builder builder =
        RewardModel.builder()
            .checkpoint(checkpoint)
            .device(onDevice)
            .dtype(dtype)
            .threads(threads)
            .batchRows(together)
            .queueCapacity(Math.max(1024, 64 * together)); // tasks of a process share it
    if (protocol != null) {
      builder.protocol(Path.of(protocol));
    }
    if (maxPixels != null) {
      builder.maxPixels(maxPixels);
    }
    return builder;
  }
}
