package io.r1reward.core.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.r1reward.spi.ModelSettings;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PixelLimitTest {

  @ParameterizedTest
  @CsvSource({
    // user, checkpoint, limit
    ",        12845056, 1003520", // as published
    ",        501760,   501760", // as trained: it is scored as it was trained
    "200704,  501760,   200704",
    "2000000, 501760,   2000000", // who asks for more gets it
    "784,     12845056, 784",
  })
  void a_checkpoints_smaller_limit_holds_unless_the_user_says_another(
      Long wanted, long checkpoint, long limit) {
    PreprocessorConfig defaults = PreprocessorConfig.defaults();
    PreprocessorConfig config =
        new PreprocessorConfig(
            Math.min(defaults.minPixels(), checkpoint),
            checkpoint,
            defaults.patchSize(),
            defaults.temporalPatchSize(),
            defaults.mergeSize(),
            defaults.imageMean(),
            defaults.imageStd());
    assertThat(PixelLimit.of(wanted, config, ModelSettings.DEFAULT_MAX_PIXELS)).isEqualTo(limit);
  }
}
