package io.r1reward.train.benchmark;

/**
 * What the judge wrote, and whether it likes what is long. Immutable.
 *
 * @param judgements counted
 * @param unread among them, those without a verdict that could be read
 * @param cut among them, those that ended at the limit of new tokens
 * @param meanTokens generated tokens a judgement; 0 without any
 * @param different decided trials whose responses differ in length
 * @param preferLonger among them, those for the longer response
 * @param chosenLonger among them, those whose chosen response is the longer one
 */
public record Lengths(
    long judgements,
    long unread,
    long cut,
    double meanTokens,
    long different,
    long preferLonger,
    long chosenLonger) {

  /** Collects pairs. Not thread-safe. */
  static final class Builder {
    private long judgements;
    private long unread;
    private long cut;
    private long tokens;
    private long different;
    private long preferLonger;
    private long chosenLonger;

    void add(EvaluatedPair pair) {
      for (Trial trial : pair.trials()) {
        for (Vote vote : trial.votes()) {
          judgements++;
          unread += vote.verdict() == Verdict.UNDECIDED ? 1 : 0;
          cut += vote.cut() ? 1 : 0;
          tokens += vote.tokens();
        }
        int longer = Integer.compare(pair.chosenCharacters(), pair.rejectedCharacters());
        Verdict verdict = trial.verdict();
        if (longer != 0 && verdict != Verdict.UNDECIDED) {
          different++;
          preferLonger += (verdict == Verdict.RIGHT) == (longer > 0) ? 1 : 0;
          chosenLonger += longer > 0 ? 1 : 0;
        }
      }
    }

    Lengths build() {
      return new Lengths(
          judgements,
          unread,
          cut,
          judgements == 0 ? 0 : (double) tokens / judgements,
          different,
          preferLonger,
          chosenLonger);
    }
  }
}
