package io.r1reward;

/**
 * How many judgements make a score (test-time scaling, arXiv 2505.02835 section 4.3: majority of K
 * samples at temperature 1; most of the gain comes by K = 5, the paper reports K = 15).
 *
 * <p>Votes count in a fixed order (for each sample: given order, then swapped order). With {@link
 * #stopWhenDecided} the vote ends with the first judgement after which the others cannot change
 * which response is preferred; judgements behind it are cut short and do not count, so the result
 * depends on the seed alone and never on timing. Immutable.
 *
 * @param samples judgements per order, from 1 to {@value #MAX_SAMPLES}
 * @param bothOrders whether each sample is also judged with the responses exchanged, which removes
 *     the judge's preference for a position and doubles the judgements
 * @param stopWhenDecided whether a vote that is already decided stops the judgements still running
 */
public record Voting(int samples, boolean bothOrders, boolean stopWhenDecided) {

  /** The largest number of samples in one vote. */
  public static final int MAX_SAMPLES = 4096;

  /** Checks the number of samples. */
  public Voting {
    if (samples < 1 || samples > MAX_SAMPLES) {
      throw new InvalidInputException(
          "samples must be from 1 to " + MAX_SAMPLES + ", got " + samples);
    }
  }

  /** One judgement in the given order. */
  public static Voting single() {
    return new Voting(1, false, true);
  }

  /** The majority of {@code samples} judgements; stops when decided. */
  public static Voting majority(int samples) {
    return new Voting(samples, false, true);
  }

  /** The same vote with every sample judged in both orders. */
  public Voting inBothOrders() {
    return new Voting(samples, true, stopWhenDecided);
  }

  /** The same vote with every judgement run to its end. */
  public Voting toTheEnd() {
    return new Voting(samples, bothOrders, false);
  }

  /** Returns the number of judgements when none is stopped. */
  public int judgements() {
    return bothOrders ? 2 * samples : samples;
  }
}
