package io.r1reward.train.benchmark;

/**
 * What the place of a response does to the verdict. Immutable.
 *
 * @param both pairs that were judged in both orders, with a verdict in each
 * @param consistent among them, those whose verdict is for the same response
 * @param firstTwice those whose verdict was for whatever stood first
 * @param secondTwice those whose verdict was for whatever stood second
 * @param decided trials with a verdict, whatever the orders
 * @param preferFirst among them, those for the response that stood first
 * @param chosenFirst among them, those in which the chosen response stood first
 */
public record PositionBias(
    long both,
    long consistent,
    long firstTwice,
    long secondTwice,
    long decided,
    long preferFirst,
    long chosenFirst) {

  /** Share of pairs judged in both orders whose verdict went with the place; 0 without any. */
  public double rate() {
    return both == 0 ? 0 : (double) (firstTwice + secondTwice) / both;
  }

  /** Share of decided trials that prefer the response that stood first; 0 without any. */
  public double firstShare() {
    return decided == 0 ? 0 : (double) preferFirst / decided;
  }

  /** Collects pairs. Not thread-safe. */
  static final class Builder {
    private long both;
    private long consistent;
    private long firstTwice;
    private long secondTwice;
    private long decided;
    private long preferFirst;
    private long chosenFirst;

    void add(EvaluatedPair pair) {
      for (Trial trial : pair.trials()) {
        int place = trial.preferredPlace();
        if (place > 0) {
          decided++;
          preferFirst += place == 1 ? 1 : 0;
          chosenFirst += trial.chosenAt() == 1 ? 1 : 0;
        }
      }
      if (pair.trials().size() == 2) {
        int one = pair.trials().get(0).preferredPlace();
        int other = pair.trials().get(1).preferredPlace();
        if (one > 0 && other > 0) {
          both++;
          consistent += one != other ? 1 : 0;
          firstTwice += one == 1 && other == 1 ? 1 : 0;
          secondTwice += one == 2 && other == 2 ? 1 : 0;
        }
      }
    }

    PositionBias build() {
      return new PositionBias(
          both, consistent, firstTwice, secondTwice, decided, preferFirst, chosenFirst);
    }
  }
}
