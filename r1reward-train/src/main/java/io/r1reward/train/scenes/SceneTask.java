package io.r1reward.train.scenes;

import com.google.common.collect.ImmutableMap;
import io.r1reward.Image;
import io.r1reward.InvalidInputException;
import io.r1reward.PreferencePair;
import io.r1reward.Preferred;
import io.r1reward.train.data.PreferenceDataset;
import io.r1reward.train.data.PreferenceSample;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/**
 * The visual preference task. Sample {@code n} of a seed is always the same, on every machine that
 * paints alike. Immutable and thread-safe.
 *
 * <p>A scene belongs to the held-out side by a hash of what it shows, so no scene of one side is
 * ever on the other, whatever the seeds. The label is the response with fewer false statements;
 * length and style say nothing about it.
 *
 * @param size side of the pictures, in pixels
 * @param minItems fewest things in a picture
 * @param maxItems most things in a picture, at most 9
 * @param heldOutShare share of all scenes that are held out, in (0, 1)
 */
public record SceneTask(int size, int minItems, int maxItems, double heldOutShare) {

  /** 112 x 112 pixels, one to four things, a tenth held out. */
  public static final SceneTask DEFAULT = new SceneTask(112, 1, 4, 0.1);

  /** Checks the ranges. */
  public SceneTask {
    if (size < 56) {
      throw new InvalidInputException("pictures must be at least 56 pixels wide, got " + size);
    }
    if (minItems < 1 || maxItems < minItems || maxItems > 9) {
      throw new InvalidInputException(
          "things per picture must be 1 <= min <= max <= 9, got " + minItems + " to " + maxItems);
    }
    if (!(heldOutShare > 0 && heldOutShare < 1)) {
      throw new InvalidInputException("held-out share must be in (0, 1), got " + heldOutShare);
    }
  }

  /** Unlimited training samples, each with the attribute {@link PreferenceSample#JUDGEMENT}. */
  public PreferenceDataset training(long seed) {
    return () -> LongStream.iterate(0, n -> n + 1).mapToObj(n -> sample("train", seed, n, false));
  }

  /**
   * Unlimited training samples, judged by two annotators: one looks at a pair at a glance and is
   * often wrong, the other checks what the responses say. The label stays the true one.
   *
   * @param glanceShare share of the samples that the hasty one judges, in [0, 1]
   * @param glanceAccuracy share of his judgements that are right, in [0, 1]
   * @throws InvalidInputException if a share is out of range
   */
  public PreferenceDataset training(long seed, double glanceShare, double glanceAccuracy) {
    return new Annotators(glanceShare, glanceAccuracy).annotate(training(seed), seed);
  }

  /** Says whether a judgement checks what both responses say. */
  public static boolean isCareful(String judgement) {
    return Annotators.isCareful(judgement);
  }

  /** Held-out samples. */
  public PreferenceDataset heldOut(long seed, long count) {
    return () -> LongStream.range(0, count).mapToObj(n -> sample("held-out", seed, n, true));
  }

  private PreferenceSample sample(String side, long seed, long n, boolean heldOut) {
    Random random = new Random(mix(seed, n));
    Scene scene;
    do {
      scene = SceneMaker.make(random, minItems, maxItems);
    } while ((scene.fraction() < heldOutShare) != heldOut);
    Statements statements = new Statements(scene, random);
    Exercise exercise = new ExerciseMaker(scene, random, statements).make();
    // decided before the number of errors, so that length does not tell the label
    boolean goodExtra = random.nextBoolean();
    boolean badExtra = random.nextBoolean();
    int most = exercise.hardest() + (badExtra ? 1 : 0);
    int more = most == 1 ? 1 : 1 + random.nextInt(Math.min(most, 2));
    int fewer = more > 1 && random.nextBoolean() ? 1 : 0;
    Reply good = exercise.reply(statements, random, fewer, goodExtra);
    Reply bad = exercise.reply(statements, random, more, badExtra);
    Preferred label = random.nextBoolean() ? Preferred.FIRST : Preferred.SECOND;
    Reply first = label == Preferred.FIRST ? good : bad;
    Reply second = label == Preferred.FIRST ? bad : good;
    PreferencePair pair =
        PreferencePair.builder()
            .question(exercise.question())
            .image(Image.of(ScenePainter.paint(scene, size, random)))
            .first(first.text())
            .second(second.text())
            .build();
    return new PreferenceSample(
        side + "-" + seed + "-" + n,
        pair,
        label,
        ImmutableMap.of(
            PreferenceSample.JUDGEMENT,
            JudgementWriter.write(scene, first, second, label),
            PreferenceSample.CATEGORY,
            scene.kind().name()));
  }

  private static long mix(long seed, long n) {
    return new SplittableRandom(new SplittableRandom(seed).nextLong() + n).nextLong();
  }
}
