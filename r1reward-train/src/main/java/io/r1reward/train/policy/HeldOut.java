package io.r1reward.train.policy;

import com.google.common.collect.ImmutableList;
import io.r1reward.Preferred;
import io.r1reward.core.generate.Completion;
import io.r1reward.core.generate.Decoding;
import io.r1reward.core.generate.GenerationRequest;
import io.r1reward.core.generate.Prompt;
import io.r1reward.train.data.PreferenceSample;
import io.r1reward.train.encode.SampleEncoder;
import io.r1reward.train.metrics.Metric;
import io.r1reward.train.metrics.StepReport;
import io.r1reward.train.model.PolicyNetwork;
import io.r1reward.train.reward.FormatReward;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures a network on held-out pairs with greedy judgements. Not thread-safe.
 *
 * @param samples the pairs, in the order the judge sees them; unmodifiable
 * @param encoder of the policy's checkpoint
 * @param sampler of the policy
 * @param maxNewTokens limit of a judgement
 */
public record HeldOut(
    List<PreferenceSample> samples,
    SampleEncoder encoder,
    PolicySampler sampler,
    int maxNewTokens) {

  /** Keeps a copy of the pairs. */
  public HeldOut {
    samples = List.copyOf(samples);
  }

  /**
   * What was measured.
   *
   * @param accuracy share of pairs judged right, in [0, 1]; an undecided judgement is wrong
   * @param format share of judgements in the strict format
   * @param length mean length in tokens
   * @param verdicts the verdict of every pair; unmodifiable
   * @param texts the judgement of every pair; unmodifiable
   */
  public record Result(
      double accuracy, double format, double length, List<Preferred> verdicts, List<String> texts) {

    /** Keeps copies. */
    public Result {
      verdicts = List.copyOf(verdicts);
      texts = List.copyOf(texts);
    }

    /** Puts the numbers into the report of a step. */
    public void addTo(StepReport.Builder report) {
      report
          .put(Metric.HELD_OUT_ACCURACY, accuracy)
          .put(Metric.HELD_OUT_FORMAT, format)
          .put(Metric.HELD_OUT_LENGTH, length);
    }
  }

  /**
   * Judges all pairs greedily.
   *
   * @throws io.r1reward.CancelledException if a stop cut judgements short: a part of a measurement
   *     is none
   */
  public Result measure(PolicyNetwork network) {
    List<Prompt> prompts = new ArrayList<>();
    for (PreferenceSample sample : samples) {
      prompts.add(encoder.prompt(sample.pair()));
    }
    List<Completion> completions =
        WholeCompletions.require(
            sampler.sample(
                network,
                GenerationRequest.of(
                    prompts, 1, Decoding.greedy(maxNewTokens, encoder.endTokens()), 0)),
            "the measurement on " + prompts.size() + " held-out pairs");
    int right = 0;
    int wellFormed = 0;
    long tokens = 0;
    ImmutableList.Builder<Preferred> verdicts = ImmutableList.builder();
    ImmutableList.Builder<String> texts = ImmutableList.builder();
    for (int i = 0; i < completions.size(); i++) {
      Completion completion = completions.get(i);
      String text = encoder.text(completion.tokens());
      Preferred verdict = encoder.read(text).preferred();
      right += verdict == samples.get(i).label() ? 1 : 0;
      wellFormed += FormatReward.isWellFormed(text) ? 1 : 0;
      tokens += completion.tokens().length;
      verdicts.add(verdict);
      texts.add(text);
    }
    double count = Math.max(1, samples.size());
    return new Result(
        right / count, wellFormed / count, tokens / count, verdicts.build(), texts.build());
  }
}
