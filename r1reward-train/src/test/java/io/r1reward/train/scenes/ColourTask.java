package io.r1reward.train.scenes;

import com.google.common.collect.ImmutableMap;
import io.r1reward.Image;
import io.r1reward.PreferencePair;
import io.r1reward.Preferred;
import io.r1reward.train.data.PreferenceDataset;
import io.r1reward.train.data.PreferenceSample;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/**
 * The smallest task with something to look at: a picture of one colour, and two responses that name
 * a colour, one of them the right one. A model of 214,000 weights learns it.
 */
final class ColourTask {
  private static final Color[] COLOURS = {
    new Color(220, 40, 40), new Color(40, 180, 60), new Color(40, 70, 220), new Color(240, 210, 40)
  };
  private static final String[] NAMES = {"red", "green", "blue", "yellow"};

  private ColourTask() {}

  /** Unlimited samples, each with the judgement of one who looks. */
  static PreferenceDataset samples(long seed) {
    return () ->
        LongStream.iterate(0, n -> n + 1)
            .mapToObj(n -> sample(n, new SplittableRandom(seed * 1_000_003 + n).split()));
  }

  private static PreferenceSample sample(long n, SplittableRandom random) {
    int seen = random.nextInt(COLOURS.length);
    int other = (seen + 1 + random.nextInt(COLOURS.length - 1)) % COLOURS.length;
    boolean first = random.nextBoolean();
    String one = NAMES[first ? seen : other];
    String two = NAMES[first ? other : seen];
    String best = first ? "1" : "2";
    return new PreferenceSample(
        "colour-" + n,
        PreferencePair.builder()
            .question("Which colour is it?")
            .image(Image.of(picture(COLOURS[seen])))
            .first("It is " + one + ".")
            .second("It is " + two + ".")
            .build(),
        first ? Preferred.FIRST : Preferred.SECOND,
        ImmutableMap.of(
            PreferenceSample.JUDGEMENT,
            ("<think>I see %s. Response 1 says %s, %s. Response 2 says %s, %s.\n"
                    + "Response %s is better.</think><answer>%s</answer>")
                .formatted(
                    NAMES[seen],
                    one,
                    first ? "yes" : "no",
                    two,
                    first ? "no" : "yes",
                    best,
                    best)));
  }

  private static BufferedImage picture(Color colour) {
    BufferedImage picture = new BufferedImage(56, 56, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = picture.createGraphics();
    pen.setColor(colour);
    pen.fillRect(0, 0, 56, 56);
    pen.dispose();
    return picture;
  }
}
