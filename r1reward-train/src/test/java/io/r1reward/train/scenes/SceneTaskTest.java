package io.r1reward.train.scenes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.Image;
import io.r1reward.Preferred;
import io.r1reward.train.data.PreferenceSample;
import io.r1reward.train.reward.Consistency;
import io.r1reward.train.reward.ConsistencyJudge;
import io.r1reward.train.reward.ConsistencyQuery;
import io.r1reward.train.reward.FormatReward;
import java.awt.image.BufferedImage;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SceneTaskTest {
  private static final SceneTask TASK = SceneTask.DEFAULT;
  private static final Pattern QUOTE = Pattern.compile("says ([^,;]+), I see ([^,;]+), (yes|no)");

  private static List<PreferenceSample> some(long seed, int count) {
    return TASK.training(seed).limit(count).open().toList();
  }

  private static BufferedImage picture(PreferenceSample sample) {
    Image image = (Image) sample.pair().media().get(0);
    return ((Image.PixelsSource) image.source()).image();
  }

  private static String judgement(PreferenceSample sample) {
    return String.valueOf(sample.attributes().get(PreferenceSample.JUDGEMENT));
  }

  @Test
  void same_seed_gives_the_same_samples_and_pixels() {
    PreferenceSample a = some(5, 30).get(29);
    PreferenceSample b = some(5, 30).get(29);
    assertThat(a.pair().first()).isEqualTo(b.pair().first());
    assertThat(judgement(a)).isEqualTo(judgement(b));
    assertThat(picture(a).getRGB(0, 0, 112, 112, null, 0, 112))
        .isEqualTo(picture(b).getRGB(0, 0, 112, 112, null, 0, 112));
    assertThat(judgement(some(6, 30).get(29))).isNotEqualTo(judgement(a));
  }

  @Test
  void held_out_scenes_are_never_in_training() {
    Set<String> training = new HashSet<>();
    some(1, 3000).forEach(s -> training.add(description(s)));
    List<PreferenceSample> heldOut = TASK.heldOut(1, 1000).open().toList();
    assertThat(heldOut).hasSize(1000);
    assertThat(heldOut.stream().map(SceneTaskTest::description)).noneMatch(training::contains);
  }

  private static String description(PreferenceSample sample) {
    return judgement(sample).lines().findFirst().orElseThrow();
  }

  @Test
  void judgement_is_well_formed_consistent_and_right() {
    for (PreferenceSample sample : some(2, 500)) {
      String text = judgement(sample);
      assertThat(FormatReward.isWellFormed(text)).as(text).isTrue();
      assertThat(ConsistencyJudge.rules().judge(ConsistencyQuery.of(text, sample.label())))
          .isEqualTo(Consistency.CONSISTENT);
      List<String> lines = text.lines().toList();
      int first = errors(lines.get(1), sample.pair().first());
      int second = errors(lines.get(2), sample.pair().second());
      assertThat(first != second).as(text).isTrue();
      assertThat(sample.label()).isEqualTo(first < second ? Preferred.FIRST : Preferred.SECOND);
    }
  }

  /** Counts the statements judged "no"; every one must be quoted from the response. */
  private static int errors(String line, String response) {
    int errors = 0;
    Matcher matcher = QUOTE.matcher(line);
    int quotes = 0;
    while (matcher.find()) {
      quotes++;
      assertThat(response).contains(matcher.group(1));
      boolean no = matcher.group(3).equals("no");
      assertThat(matcher.group(1).equals(matcher.group(2))).as(line).isEqualTo(!no);
      errors += no ? 1 : 0;
    }
    assertThat(quotes).as(line).isPositive();
    return errors;
  }

  @Test
  void statements_agree_with_the_picture() {
    int checked = 0;
    for (PreferenceSample sample : some(9, 2000)) {
      String text = judgement(sample);
      String scene = description(sample).toLowerCase(java.util.Locale.ROOT);
      Matcher matcher =
          Pattern.compile("says an? (\\w+ \\w+) at the ([a-z ]+), I see [^,;]+, (yes|no)")
              .matcher(text);
      while (matcher.find()) {
        checked++;
        boolean there =
            (scene.replace("<think>i see ", "").replace(".", "") + ",")
                .contains(matcher.group(1) + " " + matcher.group(2) + ",");
        assertThat(there).as(text).isEqualTo(matcher.group(3).equals("yes"));
      }
    }
    assertThat(checked).isGreaterThan(500);
  }

  @Test
  void neither_position_nor_length_tells_the_label() {
    List<PreferenceSample> samples = some(3, 4000);
    long first = samples.stream().filter(s -> s.label() == Preferred.FIRST).count();
    long longer = 0;
    long differing = 0;
    for (PreferenceSample s : samples) {
      int difference = s.pair().first().length() - s.pair().second().length();
      differing += difference != 0 ? 1 : 0;
      longer += difference != 0 && (difference > 0) == (s.label() == Preferred.FIRST) ? 1 : 0;
    }
    // deviation of a share over 4000 is 0.8 points; six of them
    assertThat(first / 4000.0).isBetween(0.45, 0.55);
    assertThat((double) longer / differing).isBetween(0.45, 0.55);
  }

  @Test
  void painted_colours_are_where_the_scene_says() {
    Random random = new Random(1);
    for (int n = 0; n < 50; n++) {
      Scene scene = SceneMaker.make(random, 1, 6);
      BufferedImage image = ScenePainter.paint(scene, 112, random);
      if (scene.kind() == Scene.Kind.SHAPES) {
        for (Item item : scene.items()) {
          int row = item.cell() / 3;
          int x = (int) (112 / 3.0 * (item.cell() % 3 + 0.5));
          int y = (int) (112 / 3.0 * (row + 0.5));
          assertThat(image.getRGB(x, y)).isEqualTo(item.colour().ink().getRGB());
        }
      }
    }
  }

  @Test
  void every_kind_of_scene_and_error_count_occurs() {
    Set<String> kinds = new HashSet<>();
    Set<String> questions = new HashSet<>();
    for (PreferenceSample sample : some(4, 500)) {
      kinds.add(sample.attributes().get(PreferenceSample.CATEGORY));
      String question = sample.pair().question();
      questions.add(question.substring(0, question.indexOf(32)));
    }
    assertThat(kinds).containsExactlyInAnyOrder("SHAPES", "DIGITS", "CHART");
    assertThat(questions).contains("How", "Where", "What", "Describe", "Which");
  }

  @Test
  void refuses_settings_out_of_range() {
    assertThatThrownBy(() -> new SceneTask(20, 1, 2, 0.1))
        .hasMessage("pictures must be at least 56 pixels wide, got 20");
    assertThatThrownBy(() -> new SceneTask(112, 3, 10, 0.1))
        .hasMessage("things per picture must be 1 <= min <= max <= 9, got 3 to 10");
  }
}
