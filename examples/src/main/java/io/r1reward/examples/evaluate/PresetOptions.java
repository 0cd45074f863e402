package io.r1reward.examples.evaluate;

import com.google.common.collect.ImmutableMap;
import io.r1reward.Sampling;
import io.r1reward.train.benchmark.EvaluationProtocol;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say how a benchmark is asked. */
final class PresetOptions {

  /** The named protocols. */
  enum Preset {
    BOTH_ORDERS,
    SHUFFLED,
    PAPER;

    @Override
    public String toString() { // as it is typed
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  @Option(
      names = "--preset",
      paramLabel = "both-orders|shuffled|paper",
      defaultValue = "both-orders",
      description =
          "Each pair in both orders, each a trial; or in one that its id draws; or as the paper's"
              + " scripts: the chosen response first, pictures of at most 501760 pixels; default"
              + " ${DEFAULT-VALUE}.")
  private Preset preset;

  @Option(
      names = "--votes",
      paramLabel = "K",
      defaultValue = "1",
      description =
          "Judgements of each pair and order, of which the report tells the accuracy of every"
              + " smaller vote; default ${DEFAULT-VALUE}.")
  private int votes;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "0 is greedy; default: 0 with one vote, 1 with more.")
  private @Nullable Double temperature;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      description = "Most tokens of one judgement; default 2048.")
  private @Nullable Integer maxNewTokens;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "0",
      description = "Start of all random draws, orders included; default ${DEFAULT-VALUE}.")
  private long seed;

  /** Returns the protocol. */
  EvaluationProtocol protocol() {
    EvaluationProtocol protocol =
        switch (preset) {
          case BOTH_ORDERS -> EvaluationProtocol.bothOrders(votes);
          case SHUFFLED -> EvaluationProtocol.shuffled(votes, seed);
          case PAPER -> EvaluationProtocol.paper(votes);
        };
    Sampling.Builder sampling = protocol.sampling().toBuilder().seed(seed);
    if (temperature != null) {
      sampling.temperature(temperature);
    }
    if (maxNewTokens != null) {
      sampling.maxNewTokens(maxNewTokens);
    }
    return protocol.withSampling(sampling.build());
  }

  /** Returns what changes results, by option. */
  static ImmutableMap<String, String> fingerprint(EvaluationProtocol protocol) {
    Integer limit = protocol.sampling().maxNewTokens();
    return ImmutableMap.of(
        "--preset",
        protocol.name(),
        "--votes",
        Integer.toString(protocol.samples()),
        "--temperature",
        String.valueOf(protocol.sampling().temperature()),
        "--max-new-tokens",
        Integer.toString(limit == null ? Sampling.DEFAULT_MAX_NEW_TOKENS : limit),
        "--seed",
        Long.toString(protocol.sampling().seed()));
  }
}
