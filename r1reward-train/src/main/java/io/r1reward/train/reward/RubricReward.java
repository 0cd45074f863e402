package io.r1reward.train.reward;

import static java.util.Objects.requireNonNull;

import io.r1reward.CancelledException;
import io.r1reward.RewardModelException;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.LongAdder;

/**
 * Lets a second model grade a judgement by a {@link Rubric}: a reward in [0, 1], or the rubric's
 * own where the reply cannot be read. The model sees text only, no pictures. Thread-safe; does not
 * own the model.
 *
 * <pre>{@code
 * Rubric rubric = new Rubric(
 *     "Grade this reasoning from 0 to 10.\n{judgement}\nEnd with \"Grade: N\".",
 *     "Grade: (\\d+)", 0, 10, 0);
 * Rewards.paper(judge).plus("rubric", RubricReward.of(model, rubric), 0.5)
 * }</pre>
 *
 * @param model asked
 * @param rubric what it is asked, and how its reply is read
 * @param tally counts its replies
 */
public record RubricReward(TextModel model, Rubric rubric, Tally tally) implements RewardFunction {

  /** Checks that nothing is null. */
  public RubricReward {
    requireNonNull(model, "model");
    requireNonNull(rubric, "rubric");
    requireNonNull(tally, "tally");
  }

  /** A reward with a tally of its own. */
  public static RubricReward of(TextModel model, Rubric rubric) {
    return new RubricReward(model, rubric, new Tally());
  }

  /** How many replies came, and how many of them could not be read. Thread-safe. */
  public static final class Tally {
    private final LongAdder replies = new LongAdder();
    private final LongAdder unreadable = new LongAdder();

    /** Returns how many replies came. */
    public long replies() {
      return replies.sum();
    }

    /** Returns how many of them had no number within the rubric's range. */
    public long unreadable() {
      return unreadable.sum();
    }
  }

  @Override
  public double score(RewardInput input) {
    return scoreAll(List.of(input))[0];
  }

  /**
   * {@inheritDoc}
   *
   * @throws CancelledException if the model's work was cancelled
   * @throws RewardModelException if the model fails, or gives another number of replies; names the
   *     sample that was asked about first
   */
  @Override
  public double[] scoreAll(List<RewardInput> inputs) {
    if (inputs.isEmpty()) {
      return new double[0];
    }
    List<String> replies = ask(inputs);
    if (replies.size() != inputs.size()) {
      throw new RewardModelException(
          what(inputs)
              + ": the model must give "
              + inputs.size()
              + " replies, got "
              + replies.size());
    }
    double[] scores = new double[inputs.size()];
    for (int i = 0; i < scores.length; i++) {
      OptionalDouble read = rubric.read(replies.get(i));
      tally.replies.increment();
      if (read.isEmpty()) {
        tally.unreadable.increment();
      }
      scores[i] = read.orElse(rubric.unreadable());
    }
    return scores;
  }

  private List<String> ask(List<RewardInput> inputs) {
    try {
      return model.replies(inputs.stream().map(rubric::ask).toList());
    } catch (CancelledException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new RewardModelException(what(inputs) + ": " + e.getMessage(), e);
    }
  }

  private static String what(List<RewardInput> inputs) {
    String first = "rubric reward of sample \"" + inputs.get(0).sample().id() + "\"";
    return inputs.size() == 1 ? first : first + " and " + (inputs.size() - 1) + " more";
  }
}
