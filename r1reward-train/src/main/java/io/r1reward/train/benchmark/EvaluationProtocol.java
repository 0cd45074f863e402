package io.r1reward.train.benchmark;

import io.r1reward.InvalidInputException;
import io.r1reward.Sampling;
import io.r1reward.Voting;
import java.util.OptionalInt;

/**
 * How a benchmark is asked. One checkpoint stands at 39.0 and at 61.2 on the same benchmark in two
 * papers, for reasons that are all here; so every result names its protocol. Immutable.
 *
 * @param name of the protocol
 * @param order where the chosen response stands
 * @param samples judgements of a trial
 * @param sampling how tokens are drawn
 * @param maxPixels largest picture the protocol asks for; empty for the model's own limit
 * @param shuffleSeed of {@link OrderPolicy#SHUFFLED}
 */
public record EvaluationProtocol(
    String name,
    OrderPolicy order,
    int samples,
    Sampling sampling,
    OptionalInt maxPixels,
    long shuffleSeed) {

  /** Picture limit of the paper's benchmark scripts. */
  public static final int PAPER_PIXELS = 501_760;

  /** Checks the number of samples. */
  public EvaluationProtocol {
    if (samples < 1 || samples > Voting.MAX_SAMPLES) {
      throw new InvalidInputException(
          "samples must be from 1 to " + Voting.MAX_SAMPLES + ", got " + samples);
    }
  }

  /**
   * The paper's (arXiv 2505.02835): the chosen response first, pictures of at most 501,760 pixels,
   * greedy; with more than one sample at temperature 1.
   */
  public static EvaluationProtocol paper(int samples) {
    return of("paper", OrderPolicy.CHOSEN_FIRST, samples, OptionalInt.of(PAPER_PIXELS));
  }

  /** One order for each pair, drawn by its id, so that half of the chosen responses stand first. */
  public static EvaluationProtocol shuffled(int samples, long seed) {
    EvaluationProtocol one = of("shuffled", OrderPolicy.SHUFFLED, samples, OptionalInt.empty());
    return new EvaluationProtocol(one.name, one.order, samples, one.sampling, one.maxPixels, seed);
  }

  /** Each pair in both orders: no liking for one place helps, and it is measured. */
  public static EvaluationProtocol bothOrders(int samples) {
    return of("both-orders", OrderPolicy.BOTH, samples, OptionalInt.empty());
  }

  private static EvaluationProtocol of(
      String name, OrderPolicy order, int samples, OptionalInt maxPixels) {
    Sampling sampling =
        samples == 1 ? Sampling.greedy() : Sampling.builder().temperature(1).build();
    return new EvaluationProtocol(name, order, samples, sampling, maxPixels, 0);
  }

  /** The same with other sampling. */
  public EvaluationProtocol withSampling(Sampling other) {
    return new EvaluationProtocol(name, order, samples, other, maxPixels, shuffleSeed);
  }

  /** Returns the votes that a request for one pair asks for; every judgement runs to its end. */
  Voting voting() {
    return new Voting(samples, order == OrderPolicy.BOTH, false);
  }
}
