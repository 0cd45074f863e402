package io.r1reward.train.reward;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.r1reward.InvalidInputException;
import io.r1reward.Preferred;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The reward of StableReinforce (arXiv 2505.02835, §3.3) and its parts' weights:
 *
 * <pre>{@code
 * R = R_result · (1 + w_c · R_consistency) + w_f · R_format + Σ w_i · R_i
 * }</pre>
 *
 * <p>Consistency is asked for only where the result is not 0, since it counts only there.
 * Immutable; thread-safe where its functions are; every method returns a changed copy.
 */
public final class Rewards {
  /** Name of the result in a {@link RewardBreakdown}. */
  public static final String RESULT = "result";

  /** Name of the format in a {@link RewardBreakdown}. */
  public static final String FORMAT = "format";

  /** Name of the consistency in a {@link RewardBreakdown}. */
  public static final String CONSISTENCY = "consistency";

  private static final double PAPER_WEIGHT = 0.5;

  private final RewardFunction result;
  private final @Nullable ConsistencyJudge judge;
  private final ConsistencyScale scale;
  private final double consistencyWeight;
  private final double formatWeight;
  private final ImmutableList<Added> added;

  private record Added(String name, RewardFunction function, double weight) {}

  private Rewards(
      RewardFunction result,
      @Nullable ConsistencyJudge judge,
      ConsistencyScale scale,
      double consistencyWeight,
      double formatWeight,
      ImmutableList<Added> added) {
    this.result = result;
    this.judge = judge;
    this.scale = scale;
    this.consistencyWeight = consistencyWeight;
    this.formatWeight = formatWeight;
    this.added = added;
  }

  /** The result alone. */
  public static Rewards result() {
    return result(new ResultReward());
  }

  /** A user's own result function in its place. */
  public static Rewards result(RewardFunction function) {
    return new Rewards(function, null, ConsistencyScale.PAPER, 0, 0, ImmutableList.of());
  }

  /** The paper's composition: both weights 0.5, consistency worth 1 or 0. */
  public static Rewards paper(ConsistencyJudge judge) {
    return result().consistency(judge, PAPER_WEIGHT).format(PAPER_WEIGHT);
  }

  /** The released code's: as the paper's, but an inconsistent judgement is worth −1. */
  public static Rewards released(ConsistencyJudge judge) {
    return paper(judge).scale(ConsistencyScale.RELEASED);
  }

  /** Multiplies the result by {@code 1 + weight · R_consistency}. */
  public Rewards consistency(ConsistencyJudge how, double weight) {
    return new Rewards(result, how, scale, weight, formatWeight, added);
  }

  /** Sets what consistency is worth. */
  public Rewards scale(ConsistencyScale values) {
    return new Rewards(result, judge, values, consistencyWeight, formatWeight, added);
  }

  /** Adds {@code weight · R_format}. */
  public Rewards format(double weight) {
    return new Rewards(result, judge, scale, consistencyWeight, weight, added);
  }

  /**
   * Adds {@code weight} times a function.
   *
   * @param name under which it is logged
   * @throws InvalidInputException if the name is taken
   */
  public Rewards plus(String name, RewardFunction function, double weight) {
    boolean taken =
        List.of(RESULT, FORMAT, CONSISTENCY).contains(name)
            || added.stream().anyMatch(other -> other.name.equals(name));
    if (taken) {
      throw new InvalidInputException("there is already a reward named \"" + name + "\"");
    }
    return new Rewards(
        result,
        judge,
        scale,
        consistencyWeight,
        formatWeight,
        ImmutableList.<Added>builder()
            .addAll(added)
            .add(new Added(name, function, weight))
            .build());
  }

  /** Returns the reward of three parts, by the formula above without added functions. */
  public double combine(double resultValue, double formatValue, double consistencyValue) {
    return resultValue * (1 + consistencyWeight * consistencyValue) + formatWeight * formatValue;
  }

  /**
   * Returns what this reward is made of: for each part by its name the functions, and their
   * weights. A run that goes on must have the same.
   */
  public Map<String, List<Object>> composition() {
    ImmutableMap.Builder<String, List<Object>> parts = ImmutableMap.builder();
    parts.put(RESULT, List.of(result)).put(FORMAT, List.of(formatWeight));
    if (judge != null) {
      parts.put(CONSISTENCY, List.of(judge, scale, consistencyWeight));
    }
    added.forEach(one -> parts.put(one.name, List.of(one.function, one.weight)));
    return parts.buildOrThrow();
  }

  /** Scores judgements, in order. */
  public List<RewardBreakdown> score(List<RewardInput> inputs) {
    double[] results = result.scoreAll(inputs);
    double[] formats = new FormatReward().scoreAll(inputs);
    @Nullable Consistency[] consistencies = consistencies(inputs, results);
    List<double[]> extras = new ArrayList<>();
    for (Added one : added) {
      extras.add(one.function.scoreAll(inputs));
    }
    List<RewardBreakdown> scores = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      ImmutableMap.Builder<String, Double> parts = ImmutableMap.builder();
      parts.put(RESULT, results[i]).put(FORMAT, formats[i]);
      Consistency consistency = consistencies[i];
      double consistencyValue = 0;
      if (consistency != null) {
        consistencyValue = scale.value(consistency);
        parts.put(CONSISTENCY, consistencyValue);
      }
      double total = combine(results[i], formats[i], consistencyValue);
      for (int k = 0; k < added.size(); k++) {
        parts.put(added.get(k).name, extras.get(k)[i]);
        total += added.get(k).weight * extras.get(k)[i];
      }
      scores.add(new RewardBreakdown(total, parts.buildOrThrow()));
    }
    return scores;
  }

  private @Nullable Consistency[] consistencies(List<RewardInput> inputs, double[] results) {
    @Nullable Consistency[] consistencies = new Consistency[inputs.size()];
    if (judge == null) {
      return consistencies;
    }
    List<Integer> asked = new ArrayList<>();
    List<ConsistencyQuery> queries = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      if (results[i] != 0 && inputs.get(i).verdict() != Preferred.UNDECIDED) {
        asked.add(i);
        queries.add(ConsistencyQuery.of(inputs.get(i).completion(), inputs.get(i).verdict()));
      }
    }
    List<Consistency> answers = judge.judgeAll(queries);
    for (int k = 0; k < asked.size(); k++) {
      consistencies[asked.get(k)] = answers.get(k);
    }
    return consistencies;
  }
}
