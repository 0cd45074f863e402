package io.r1reward.train.benchmark;

import com.google.common.collect.ImmutableList;
import io.r1reward.CancelledException;
import io.r1reward.EngineException;
import io.r1reward.FinishReason;
import io.r1reward.InvalidInputException;
import io.r1reward.Judgement;
import io.r1reward.Order;
import io.r1reward.PreferenceScore;
import io.r1reward.Preferred;
import io.r1reward.QueueFullException;
import io.r1reward.RewardModel;
import io.r1reward.RewardModelException;
import io.r1reward.ScoreRequest;
import io.r1reward.train.data.PreferenceSample;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

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

  private record Pending(PreferenceSample sample, CompletableFuture<PreferenceScore> score) {}

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
    Deque<Pending> pending = new ArrayDeque<>();
    try {
      while (samples.hasNext() || !pending.isEmpty()) {
        while (samples.hasNext() && pending.size() < together) {
          PreferenceSample sample = shown(samples.next());
          pending.add(new Pending(sample, submit(sample)));
        }
        Pending next = pending.element();
        EvaluatedPair pair = result(next);
        pending.remove();
        sink.accept(pair);
      }
    } finally {
      pending.forEach(one -> one.score().cancel(true));
    }
  }

  /** The sample in the order in which it is shown, or shown first. */
  private PreferenceSample shown(PreferenceSample sample) {
    boolean chosenFirst = protocol.order().chosenFirst(sample.id(), protocol.shuffleSeed());
    return (sample.label() == Preferred.FIRST) == chosenFirst ? sample : sample.swapped();
  }

  private CompletableFuture<PreferenceScore> submit(PreferenceSample sample) {
    try {
      return model.submit(
          ScoreRequest.builder(sample.pair())
              .voting(protocol.voting())
              .sampling(protocol.sampling())
              .build());
    } catch (EngineException | CancelledException | QueueFullException e) {
      throw e;
    } catch (RuntimeException e) {
      // reading this pair's media or text failed, which says nothing about the next
      return CompletableFuture.failedFuture(
          e instanceof InvalidInputException ? e : new InvalidInputException(e.toString(), e));
    }
  }

  private EvaluatedPair result(Pending one) throws InterruptedException {
    PreferenceSample sample = one.sample();
    String category =
        sample.attributes().getOrDefault(PreferenceSample.CATEGORY, EvaluatedPair.NO_CATEGORY);
    try {
      PreferenceScore score = one.score().get();
      boolean first = sample.label() == Preferred.FIRST;
      return new EvaluatedPair(
          sample.id(),
          category,
          (first ? sample.pair().first() : sample.pair().second()).length(),
          (first ? sample.pair().second() : sample.pair().first()).length(),
          trials(sample, score),
          null);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof InvalidInputException invalid) {
        return EvaluatedPair.failed(sample.id(), category, String.valueOf(invalid.getMessage()));
      }
      throw e.getCause() instanceof RewardModelException known
          ? known
          : new EngineException("judging " + sample.place() + " failed: " + e.getCause(), e);
    }
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
