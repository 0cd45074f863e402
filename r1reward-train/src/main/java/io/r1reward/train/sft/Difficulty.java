package io.r1reward.train.sft;

import com.google.common.collect.ImmutableList;
import io.r1reward.core.generate.Completion;
import io.r1reward.core.generate.Decoding;
import io.r1reward.core.generate.GenerationRequest;
import io.r1reward.core.generate.Generator;
import io.r1reward.core.generate.Prompt;
import io.r1reward.train.data.PreferenceSample;
import io.r1reward.train.encode.SampleEncoder;
import io.r1reward.train.policy.WholeCompletions;
import java.util.ArrayList;
import java.util.List;

/**
 * The difficulty of a sample (arXiv 2505.02835, §4.1): how many judgements a judge has to write
 * until one is right; 0 where none of the attempts is. The first judgement that is right becomes
 * the text to learn from in the cold start; RL then takes the hard ones. Thread-safe; owns nothing.
 *
 * @param generator the judge
 * @param encoder of its checkpoint
 * @param attempts most judgements per sample, 3 in the paper
 * @param temperature of the judgements; with 0 all attempts are the same
 * @param maxNewTokens limit of a judgement
 */
public record Difficulty(
    Generator generator,
    SampleEncoder encoder,
    int attempts,
    double temperature,
    int maxNewTokens) {

  /**
   * Returns the samples with {@code difficulty}, and {@code judgement} where one was right.
   *
   * @throws io.r1reward.CancelledException if a stop cut judgements short
   */
  public List<PreferenceSample> measure(List<PreferenceSample> samples, long seed) {
    List<Prompt> prompts = new ArrayList<>();
    for (PreferenceSample sample : samples) {
      prompts.add(encoder.prompt(sample.pair()));
    }
    Decoding decoding = new Decoding(temperature, 0, 1, 0, 1, maxNewTokens, encoder.endTokens());
    List<Completion> completions =
        WholeCompletions.require(
            generator.generate(GenerationRequest.of(prompts, attempts, decoding, seed)),
            "measuring the difficulty of " + prompts.size() + " samples");
    ImmutableList.Builder<PreferenceSample> result = ImmutableList.builder();
    for (int i = 0; i < samples.size(); i++) {
      result.add(judged(samples.get(i), completions.subList(i * attempts, (i + 1) * attempts)));
    }
    return result.build();
  }

  private PreferenceSample judged(PreferenceSample sample, List<Completion> completions) {
    for (int attempt = 0; attempt < completions.size(); attempt++) {
      String text = encoder.text(completions.get(attempt).tokens());
      if (encoder.read(text).preferred() == sample.label()) {
        return sample
            .with(PreferenceSample.DIFFICULTY, Integer.toString(attempt + 1))
            .with(PreferenceSample.JUDGEMENT, text);
      }
    }
    return sample.with(PreferenceSample.DIFFICULTY, "0");
  }

  /** Says whether a sample is one of the hard ones that RL learns from: never right at once. */
  public static boolean isHard(PreferenceSample sample) {
    return !"1".equals(sample.attributes().get(PreferenceSample.DIFFICULTY));
  }
}
