package io.r1reward.train.data.prepare;

import io.r1reward.InvalidInputException;
import io.r1reward.PreferencePair;
import io.r1reward.train.data.MediaPaths;
import io.r1reward.train.data.PreferenceSample;
import io.r1reward.train.data.SampleFormats;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Drops pairs that the RL format cannot hold: their texts are cut out of the prompt at its
 * headings, which a text may hold itself. Stateless.
 */
public final class RlFormat implements PreparationStep {
  private static final MediaPaths ANYWHERE = MediaPaths.under(Path.of(""));
  private static final PairWriting WRITING = new PairWriting(image -> "picture");

  /** Makes the step. */
  public RlFormat() {}

  @Override
  public @Nullable PreparationDrop check(KeyedPair pair) {
    String problem = problem(pair.sample());
    return problem == null
        ? null
        : new PreparationDrop(PreparationDrop.Reason.NOT_IN_FORMAT, problem);
  }

  private static @Nullable String problem(PreferenceSample sample) {
    PreferencePair before = sample.pair();
    PreferencePair[] orders = {before, before.swapped()};
    for (PreferencePair order : orders) {
      PreferenceSample written = PreferenceSample.of(sample.id(), order, sample.label());
      try {
        PreferencePair read =
            SampleFormats.r1RewardRl().read(WRITING.rl(written), 1, ANYWHERE).pair();
        if (!read.question().equals(order.question())
            || !read.first().equals(order.first())
            || !read.second().equals(order.second())) {
          return "the texts hold a heading of the prompt: the line would be read as another pair";
        }
      } catch (InvalidInputException e) {
        return "the line would not be read: " + e.getMessage();
      }
    }
    return null;
  }
}
