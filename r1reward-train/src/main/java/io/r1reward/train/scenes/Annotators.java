package io.r1reward.train.scenes;

import io.r1reward.InvalidInputException;
import io.r1reward.Preferred;
import io.r1reward.train.data.PreferenceDataset;
import io.r1reward.train.data.PreferenceSample;
import java.util.SplittableRandom;

/**
 * Two annotators that a cold start imitates: one looks at a pair at a glance and is often wrong,
 * the other checks what the responses say, as the task's own judgements do. A judge that has
 * learned from both has two ways of reasoning, between which reinforcement learning can choose.
 * Immutable and thread-safe.
 *
 * @param glanceShare share of the samples that the hasty one judges, in [0, 1]
 * @param glanceAccuracy share of his judgements that are right, in [0, 1]
 */
record Annotators(double glanceShare, double glanceAccuracy) {
  /** What the hasty one begins with. */
  private static final String GLANCE = "<think>At a glance, ";

  /** Checks the shares. */
  public Annotators {
    check("glanceShare", glanceShare);
    check("glanceAccuracy", glanceAccuracy);
  }

  private static void check(String name, double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new InvalidInputException(name + " must be in [0, 1], got " + share);
    }
  }

  /**
   * Lets the hasty annotator judge his share of samples, chosen by a seeded hash of their ids; the
   * label stays the true one.
   *
   * @param careful samples with the judgements of the careful annotator
   */
  public PreferenceDataset annotate(PreferenceDataset careful, long seed) {
    return () -> careful.open().map(sample -> annotate(sample, seed));
  }

  private PreferenceSample annotate(PreferenceSample sample, long seed) {
    SplittableRandom random = new SplittableRandom(seed * 31 + sample.id().hashCode());
    if (random.nextDouble() >= glanceShare) {
      return sample;
    }
    boolean right = random.nextDouble() < glanceAccuracy;
    boolean first = (sample.label() == Preferred.FIRST) == right;
    String number = first ? "1" : "2";
    return sample.with(
        PreferenceSample.JUDGEMENT,
        GLANCE + "Response " + number + " is better.</think><answer>" + number + "</answer>");
  }

  /**
   * Says whether a judgement checks what both responses say. What it does instead does not count: a
   * small model that samples spells "glance" in many ways.
   */
  static boolean isCareful(String judgement) {
    return judgement.contains("Response 1 says ") && judgement.contains("Response 2 says ");
  }
}
