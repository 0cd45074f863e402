package io.r1reward.train.benchmark;

/**
 * Everything that is told of an evaluation. Immutable.
 *
 * @param pairs judged
 * @param failed pairs that could not be judged; they count nowhere else
 * @param score accuracies, of the vote over all judgements of a trial
 * @param curve accuracies with fewer votes
 * @param position what the place of a response does
 * @param lengths what the judge wrote
 * @param calibration of the soft scores
 */
public record EvaluationReport(
    long pairs,
    long failed,
    BenchmarkScore score,
    VoteCurve curve,
    PositionBias position,
    Lengths lengths,
    Calibration calibration) {

  /** Starts a report. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects pairs; holds a count for each id, no text. Not thread-safe. */
  public static final class Builder {
    private long pairs;
    private long failed;
    private final BenchmarkScore.Counter score = BenchmarkScore.counter();
    private final VoteCurve.Builder curve = new VoteCurve.Builder();
    private final PositionBias.Builder position = new PositionBias.Builder();
    private final Lengths.Builder lengths = new Lengths.Builder();
    private final Calibration.Builder calibration = new Calibration.Builder();

    private Builder() {}

    /** Adds one pair. */
    public void add(EvaluatedPair pair) {
      if (pair.error() != null) {
        failed++;
        return;
      }
      pairs++;
      for (Trial trial : pair.trials()) {
        score.add(pair.id(), pair.category(), trial.verdict());
        curve.add(trial);
        trial.votes().forEach(vote -> vote.soft().ifPresent(calibration::add));
      }
      position.add(pair);
      lengths.add(pair);
    }

    /** Returns the report of what was added. */
    public EvaluationReport build() {
      return new EvaluationReport(
          pairs,
          failed,
          score.score(),
          curve.build(),
          position.build(),
          lengths.build(),
          calibration.build());
    }
  }
}
