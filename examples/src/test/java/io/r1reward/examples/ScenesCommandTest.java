package io.r1reward.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.r1reward.Image;
import io.r1reward.train.data.PreferenceDataset;
import io.r1reward.train.data.PreferenceSample;
import io.r1reward.train.scenes.SceneTask;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScenesCommandTest {
  @TempDir Path folder;

  @Test
  void writes_held_out_pairs_that_read_back_the_same() throws IOException {
    Path output = folder.resolve("scenes");

    Program program = Program.run("scenes", "--output", output, "--count", 5, "--seed", 7);

    assertThat(program.exitCode()).as(program.err()).isZero();
    assertThat(program.out()).isEqualTo("5 pairs in " + output.resolve("pairs.jsonl") + "\n");
    assertSame(
        read(PreferenceDataset.jsonl(output.resolve("pairs.jsonl"))),
        read(SceneTask.DEFAULT.heldOut(7, 5)));
  }

  @Test
  void writes_pairs_to_learn_from() throws IOException {
    Program.run("scenes", "--output", folder, "--count", 3, "--training");

    assertSame(
        read(PreferenceDataset.jsonl(folder.resolve("pairs.jsonl"))),
        read(SceneTask.DEFAULT.training(1).limit(3)));
  }

  @Test
  void replaces_nothing() {
    Program.run("scenes", "--output", folder, "--count", 1);

    Program again = Program.run("scenes", "--output", folder, "--count", 1);

    assertThat(again.exitCode()).isEqualTo(2);
    assertThat(again.err()).contains("pairs.jsonl already exists");
    assertThat(Program.run("scenes", "--output", folder, "--count", 0).err())
        .contains("--count must be at least 1, got 0");
  }

  private static void assertSame(List<PreferenceSample> written, List<PreferenceSample> painted)
      throws IOException {
    assertThat(written).hasSameSizeAs(painted);
    for (int i = 0; i < painted.size(); i++) {
      PreferenceSample a = written.get(i);
      PreferenceSample b = painted.get(i);
      assertThat(a.id()).isEqualTo(b.id());
      assertThat(a.label()).isEqualTo(b.label());
      assertThat(a.attributes()).isEqualTo(b.attributes());
      assertThat(a.pair().question()).isEqualTo(b.pair().question());
      assertThat(a.pair().first()).isEqualTo(b.pair().first());
      assertThat(a.pair().second()).isEqualTo(b.pair().second());
      assertThat(pixels(a)).containsExactly(pixels(b));
    }
  }

  private static int[] pixels(PreferenceSample sample) throws IOException {
    Image image = (Image) sample.pair().media().get(0);
    BufferedImage pixels =
        image.source() instanceof Image.FileSource file
            ? ImageIO.read(file.path().toFile())
            : ((Image.PixelsSource) image.source()).image();
    return pixels.getRGB(0, 0, pixels.getWidth(), pixels.getHeight(), null, 0, pixels.getWidth());
  }

  private static List<PreferenceSample> read(PreferenceDataset pairs) {
    try (Stream<PreferenceSample> samples = pairs.open()) {
      return samples.toList();
    }
  }
}
