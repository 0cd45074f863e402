package io.r1reward.examples.score;

import com.google.common.collect.ImmutableMap;
import io.r1reward.Sampling;
import io.r1reward.Voting;
import io.r1reward.examples.ProtocolOptions;
import io.r1reward.examples.results.ContentDigest;
import io.r1reward.spi.CheckpointSources;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of a judge that is asked first; a mix-in of the programs. */
public final class CascadeOptions {

  @Option(
      names = "--first-checkpoint",
      paramLabel = "DIR",
      description =
          "A cheaper judge that is asked first: where it is sure, its verdict stands, and the"
              + " others, with those it cannot judge, go on. It may be the same checkpoint.")
  private @Nullable String checkpoint;

  @Option(
      names = "--margin",
      paramLabel = "M",
      defaultValue = "0.9",
      description =
          "How sure the first judge has to be, from 0 (always) to 1: 2 |soft_first - 0.5|;"
              + " default ${DEFAULT-VALUE}.")
  private double margin;

  @Option(
      names = "--first-votes",
      paramLabel = "K",
      defaultValue = "1",
      description =
          "Judgements of the first judge per pair and order; a single one is greedy, more are drawn"
              + " at the temperature of a vote; default ${DEFAULT-VALUE}.")
  private int votes;

  @Option(
      names = "--first-both-orders",
      description = "The first judge also sees the responses exchanged.")
  private boolean bothOrders;

  @Option(
      names = "--first-protocol",
      paramLabel = "FILE",
      description = "Protocol of the first judge; default: that of --protocol.")
  private @Nullable String protocol;

  /** Returns the first judge's checkpoint as it was named, null where there is no cascade. */
  public @Nullable String checkpoint() {
    return checkpoint;
  }

  /** Returns the first judge's protocol file, null for that of the second. */
  public @Nullable String protocol() {
    return protocol;
  }

  /**
   * Returns the least margin with which the first judge's verdict stands.
   *
   * @throws io.r1reward.InvalidInputException if it is not in [0, 1]
   */
  public double margin() {
    return Cascade.requireMargin(margin);
  }

  /** Returns the first judge's vote. */
  public Voting voting() {
    return new Voting(votes, bothOrders, true);
  }

  /** Returns the first judge's temperature, null for that of a vote. */
  public @Nullable Double temperature() {
    return votes == 1 ? 0.0 : null;
  }

  /** Returns how the first judge's tokens are drawn: seed and length are those of the second. */
  public Sampling sampling(Sampling second) {
    Sampling.Builder sampling = Sampling.builder().seed(second.seed());
    if (second.maxNewTokens() != null) {
      sampling.maxNewTokens(second.maxNewTokens());
    }
    Double temperature = temperature();
    if (temperature != null) {
      sampling.temperature(temperature);
    }
    return sampling.build();
  }

  /** Returns what changes results, by option; nothing where there is no cascade. */
  ImmutableMap<String, String> fingerprint() throws IOException {
    if (checkpoint == null) {
      return ImmutableMap.of();
    }
    return ImmutableMap.of(
        "--first-checkpoint",
        ContentDigest.ofCheckpoint(CheckpointSources.resolve(checkpoint)),
        "--margin",
        Double.toString(margin),
        "--first-votes",
        Integer.toString(votes),
        "--first-both-orders",
        Boolean.toString(bothOrders),
        "--first-protocol",
        protocol == null ? "as --protocol" : ProtocolOptions.fingerprint(Path.of(protocol)));
  }
}
