package io.r1reward.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.r1reward.Image;
import io.r1reward.PreferencePair;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuickstartTest {

  @TempDir Path checkpoint;

  @Test
  void prints_reasoning_verdict_and_soft_score_for_the_shipped_picture() throws IOException {
    Files.createFile(checkpoint.resolve("fake-judge"));

    Program program = Program.run("quickstart", "--checkpoint", checkpoint);

    assertThat(program.exitCode()).isZero();
    assertThat(program.out())
        .startsWith("<think>How high is the orange bar?")
        .contains("Preferred:  SECOND")
        .contains("Soft score: 0.250 for FIRST");
    Image picture = (Image) FakeProvider.model.asked.get(0).pair().media().get(0);
    BufferedImage shown = decode(((Image.BytesSource) picture.source()).data());
    assertThat(shown.getWidth()).isEqualTo(112);
    // a blue bar and right of it a yellow one
    assertThat(shown.getRGB(14, 90)).isEqualTo(0xFF1F4FD8);
    assertThat(shown.getRGB(42, 60)).isEqualTo(0xFFF2C811);
  }

  @Test
  void takes_a_pair_of_ones_own() throws IOException {
    Files.createFile(checkpoint.resolve("fake-judge"));
    Path cat = Path.of("cat.png");

    Program.run(
        "quickstart",
        "--checkpoint",
        checkpoint,
        "--image",
        cat,
        "--question",
        "q",
        "--first",
        "a",
        "--second",
        "bb",
        "--max-new-tokens",
        9);

    assertThat(FakeProvider.model.asked.get(0).pair())
        .isEqualTo(
            PreferencePair.builder().question("q").image(cat).first("a").second("bb").build());
    assertThat(FakeProvider.model.asked.get(0).sampling().maxNewTokens()).isEqualTo(9);
  }

  @Test
  void embedded_judge_reads_the_chart_and_says_what_is_wrong() {
    Program program = Program.run("quickstart", "--device", "cpu");

    assertThat(program.err()).isEmpty();
    assertThat(program.exitCode()).isZero();
    assertThat(program.out())
        .startsWith(
            "<think>I see blue two, yellow four, orange one, green one.\n"
                + "Response 1 says two, I see one, no.\n"
                + "Response 2 says one, I see one, yes; says the yellow bar is four high, "
                + "I see the yellow bar is four high, yes.\n"
                + "Response 2 is better.</think><answer>2</answer>")
        .contains("Preferred:  SECOND");
  }

  @Test
  void no_command_is_wrong_usage_and_help_lists_the_commands() {
    assertThat(Program.run().exitCode()).isEqualTo(2);
    assertThat(Program.run("--help").out()).contains("quickstart").contains("score");
  }

  private static BufferedImage decode(byte[] png) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(png));
  }
}
