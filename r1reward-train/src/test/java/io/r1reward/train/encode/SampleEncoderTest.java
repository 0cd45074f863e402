package io.r1reward.train.encode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.r1reward.CheckpointException;
import io.r1reward.Image;
import io.r1reward.MediaException;
import io.r1reward.Order;
import io.r1reward.PreferencePair;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.judge.PairPrompts;
import io.r1reward.core.protocol.R1RewardProtocol;
import io.r1reward.core.testing.Reference;
import io.r1reward.spi.ModelSettings;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training asks as scoring does: both read a folder through {@link PairPrompts}. */
class SampleEncoderTest {
  private static final Path TINY = Reference.path("qwen25vl-tiny");
  private static final URI PICTURE = URI.create("shelf:picture-7");
  private static final PreferencePair PAIR =
      PreferencePair.builder()
          .question("which?")
          .first("a")
          .second("b")
          .image(Image.of(PICTURE))
          .build();

  @TempDir Path folder;

  @Test
  void opens_foreign_pictures_through_the_fetcher_as_a_judge_does() throws IOException {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(112, 56, BufferedImage.TYPE_INT_RGB), "png", png);
    ModelSettings settings =
        ModelSettings.builder()
            .mediaFetcher(uri -> new ByteArrayInputStream(png.toByteArray()))
            .build();
    try (SampleEncoder encoder =
            SampleEncoder.open(TINY, R1RewardProtocol.create(), null, settings.mediaFetcher());
        PairPrompts judge = PairPrompts.open(TINY, settings)) {
      Prompt prompt = encoder.prompt(PAIR);
      assertThat(prompt.tokens()).isEqualTo(judge.encode(PAIR, Order.GIVEN).tokens());
      assertThat(prompt.vision()).singleElement().extracting(v -> v.gridW()).isEqualTo(8);
    }
    try (SampleEncoder encoder = SampleEncoder.open(TINY, R1RewardProtocol.create())) {
      assertThatExceptionOfType(MediaException.class).isThrownBy(() -> encoder.prompt(PAIR));
    }
  }

  @Test
  void limits_pictures_as_the_checkpoint_says_but_no_higher_than_the_paper() throws IOException {
    try (SampleEncoder encoder = SampleEncoder.open(TINY, R1RewardProtocol.create())) {
      assertThat(encoder.maxPixels()).isEqualTo(501_760); // the file says 12,845,056
    }
    copyTiny();
    Files.writeString(folder.resolve("preprocessor_config.json"), "{\"max_pixels\": 100352}");
    try (SampleEncoder encoder = SampleEncoder.open(folder, R1RewardProtocol.create());
        SampleEncoder wanted =
            SampleEncoder.open(folder, R1RewardProtocol.create(), 200_704L, null)) {
      assertThat(encoder.maxPixels()).isEqualTo(100_352);
      assertThat(wanted.maxPixels()).isEqualTo(200_704);
    }
  }

  @Test
  void refuses_pictures_in_other_patches_than_the_model_reads() throws IOException {
    copyTiny();
    Files.writeString(folder.resolve("preprocessor_config.json"), "{\"merge_size\": 4}");
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> SampleEncoder.open(folder, R1RewardProtocol.create()))
        .withMessageContaining("merge_size [14, 2, 4], config.json has [14, 2, 2]");
  }

  private void copyTiny() throws IOException {
    try (Stream<Path> files = Files.list(TINY)) {
      for (Path file : files.filter(f -> !f.toString().endsWith(".safetensors")).toList()) {
        Files.copy(file, folder.resolve(String.valueOf(file.getFileName())));
      }
    }
  }
}
