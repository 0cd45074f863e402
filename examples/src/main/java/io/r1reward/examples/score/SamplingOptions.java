package io.r1reward.examples.score;

import com.google.common.collect.ImmutableMap;
import io.r1reward.Sampling;
import io.r1reward.Voting;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say how many judgements make a score and how their tokens are drawn. */
final class SamplingOptions {

  @Option(
      names = "--votes",
      paramLabel = "K",
      defaultValue = "1",
      description = "Judgements per pair and order; default ${DEFAULT-VALUE}.")
  private int votes;

  @Option(
      names = "--both-orders",
      description = "Judge every vote also with the responses exchanged.")
  private boolean bothOrders;

  @Option(
      names = "--to-the-end",
      description =
          "Run every judgement of a vote to its end; else a vote ends when those still running"
              + " cannot change the preferred response, and shares are over fewer votes.")
  private boolean toTheEnd;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description =
          "0 is greedy; default: the checkpoint's generation_config.json, and 1 with more than one"
              + " vote.")
  private @Nullable Double temperature;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description = "Draw from the smallest set of tokens whose probability reaches P.")
  private @Nullable Double topP;

  @Option(
      names = "--repetition-penalty",
      paramLabel = "R",
      description = "1 is none; default: the checkpoint's generation_config.json.")
  private @Nullable Double repetitionPenalty;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      description = "Most tokens of one judgement; default 2048.")
  private @Nullable Integer maxNewTokens;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "0",
      description = "Start of all random draws of every pair; default ${DEFAULT-VALUE}.")
  private long seed;

  /** Returns the vote, which stops when it is decided unless asked not to, as the API's does. */
  Voting voting() {
    return new Voting(votes, bothOrders, !toTheEnd);
  }

  /** Returns all of them, by option. */
  ImmutableMap<String, String> fingerprint() {
    return ImmutableMap.<String, String>builder()
        .put("--votes", Integer.toString(votes))
        .put("--both-orders", Boolean.toString(bothOrders))
        .put("--to-the-end", Boolean.toString(toTheEnd))
        .put("--temperature", text(temperature))
        .put("--top-p", text(topP))
        .put("--repetition-penalty", text(repetitionPenalty))
        .put(
            "--max-new-tokens",
            Integer.toString(maxNewTokens == null ? Sampling.DEFAULT_MAX_NEW_TOKENS : maxNewTokens))
        .put("--seed", Long.toString(seed))
        .buildOrThrow();
  }

  private static String text(@Nullable Double value) {
    return value == null ? "the checkpoint's" : value.toString();
  }

  /** Returns the settings; what was not given comes from the checkpoint. */
  Sampling sampling() {
    Sampling.Builder builder = Sampling.builder().seed(seed);
    if (temperature != null) {
      builder.temperature(temperature);
    }
    if (topP != null) {
      builder.topP(topP);
    }
    if (repetitionPenalty != null) {
      builder.repetitionPenalty(repetitionPenalty);
    }
    if (maxNewTokens != null) {
      builder.maxNewTokens(maxNewTokens);
    }
    return builder.build();
  }
}
