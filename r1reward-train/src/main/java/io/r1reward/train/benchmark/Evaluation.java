package io.r1reward.train.benchmark;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Iterators;
import io.r1reward.CancelledException;
import io.r1reward.FinishReason;
import io.r1reward.InvalidInputException;
import io.r1reward.Judgement;
import io.r1reward.Order;
import io.r1reward.PreferenceScore;
import io.r1reward.Preferred;
import io.r1reward.RewardModel;
import io.r1reward.RewardModelException;
import io.r1reward.ScoreOutcome;
import io.r1reward.ScoreRequest;
import io.r1reward.train.data.PreferenceSample;
import java.util.Iterator;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * Judges the pairs of a benchmark with any model and hands over what became of them, in their
 * order. A pair that cannot be judged, for a broken picture or a prompt that is too long, is handed
 * over with its error; a failing engine ends the run. Immutable; owns nothing.
 *
 * @param model the judge
 * @param protocol how it is asked
 * @param together most pairs under way
 * @param texts whether the judgements' texts are kept
 */
public record Evaluation(
    RewardModel model, EvaluationProtocol protocol, int together, boolean texts) {

  /** Takes what became of a pair. */
  @FunctionalInterface
  public interface Sink {
    /**
     * Takes one pair.
     *
     * @throws java.io.IOException if it cannot be kept; this ends the run
     */
    void accept(EvaluatedPair pair) throws java.io.IOException;
  }

  /** Checks the range. */
  public Evaluation {
    if (together < 1) {
      throw new InvalidInputException("together must be at least 1, got " + together);
    }
  }

  /**
   * Judges until there are no more samples.
   *
   * @throws InterruptedException if the thread is interrupted; what was handed over is whole
   * @throws RewardModelException if the engine fails
   * @throws java.io.IOException of the sink
   */
  public void run(Iterator<PreferenceSample> samples, Sink sink)
      throws InterruptedException, java.io.IOException {
    Iterator<PreferenceSample> shown = Iterators.transform(samples, this::shown);
    try (Stream<ScoreOutcome<PreferenceSample>> outcomes =
        model.scoreAll(() -> shown, this::request, together)) {
      Iterator<ScoreOutcome<PreferenceSample>> next = outcomes.iterator();
      while (next.hasNext()) {
        sink.accept(evaluated(next.next()));
      }
    } catch (CancelledException e) {
      if (Thread.interrupted()) {
        throw (InterruptedException)
            new InterruptedException("judging was interrupted").initCause(e);
      }
      throw e;
    }
  }

  /** The sample in the order in which it is shown, or shown first. */
  private PreferenceSample shown(PreferenceSample sample) {
    boolean chosenFirst = protocol.order().chosenFirst(sample.id(), protocol.shuffleSeed());
    return (sample.label() == Preferred.FIRST) == chosenFirst ? sample : sample.swapped();
  }

  private ScoreRequest request(PreferenceSample sample) {
    return ScoreRequest.builder(sample.pair())
        .voting(protocol.voting())
        .sampling(protocol.sampling())
        .build();
  }

  private EvaluatedPair evaluated(ScoreOutcome<PreferenceSample> outcome) {
    PreferenceSample sample = outcome.item();
    String category =
        sample.attributes().getOrDefault(PreferenceSample.CATEGORY, EvaluatedPair.NO_CATEGORY);
    InvalidInputException problem = outcome.problem();
    if (problem != null) {
      return EvaluatedPair.failed(sample.id(), category, String.valueOf(problem.getMessage()));
    }
    boolean first = sample.label() == Preferred.FIRST;
    return new EvaluatedPair(
        sample.id(),
        category,
        (first ? sample.pair().first() : sample.pair().second()).length(),
        (first ? sample.pair().second() : sample.pair().first()).length(),
        trials(sample, outcome.orElseThrow()),
        null);
  }

  private ImmutableList<Trial> trials(PreferenceSample sample, PreferenceScore score) {
    int chosenAt = sample.label() == Preferred.FIRST ? 1 : 2;
    ImmutableList.Builder<Trial> trials = ImmutableList.builder();
    trials.add(new Trial(chosenAt, votes(sample, score, Order.GIVEN)));
    if (protocol.order() == OrderPolicy.BOTH) {
      trials.add(new Trial(3 - chosenAt, votes(sample, score, Order.SWAPPED)));
    }
    return trials.build();
  }

  private ImmutableList<Vote> votes(PreferenceSample sample, PreferenceScore score, Order order) {
    if (score.judgements().isEmpty()) { // a scalar judge: the same number in every order
      return ImmutableList.of(
          new Vote(
              verdict(sample, score.preferred()), soft(sample, score.softFirst()), 0, false, null));
    }
    ImmutableList.Builder<Vote> votes = ImmutableList.builder();
    for (Judgement judgement : score.judgements()) {
      if (judgement.order() == order) {
        votes.add(
            new Vote(
                verdict(sample, judgement.preferred()),
                soft(sample, judgement.softFirst()),
                judgement.tokenCount(),
                judgement.finishReason() == FinishReason.LENGTH,
                texts ? judgement.text() : null));
      }
    }
    return votes.build();
  }

  private static Verdict verdict(PreferenceSample sample, Preferred preferred) {
    return preferred == Preferred.UNDECIDED
        ? Verdict.UNDECIDED
        : preferred == sample.label() ? Verdict.RIGHT : Verdict.WRONG;
  }

  private static OptionalDouble soft(PreferenceSample sample, OptionalDouble first) {
    return first.isEmpty() || sample.label() == Preferred.FIRST
        ? first
        : OptionalDouble.of(1 - first.getAsDouble());
  }
}
