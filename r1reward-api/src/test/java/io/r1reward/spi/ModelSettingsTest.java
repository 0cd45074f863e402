package io.r1reward.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r1reward.InvalidInputException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelSettingsTest {

  @Test
  void defaults_are_the_documented_ones() {
    assertThat(ModelSettings.builder().build())
        .isEqualTo(
            new ModelSettings(
                null, "auto", "auto", null, 16, 1024, 0, true, -1, true, null, null, null,
                Map.of()));
  }

  @Test
  void numbers_out_of_range_are_refused_by_name() {
    refused(ModelSettings.builder().maxPixels(783), "maxPixels must be at least 784, got 783");
    refused(ModelSettings.builder().batchRows(0), "batchRows must be at least 1, got 0");
    refused(ModelSettings.builder().queueCapacity(0), "queueCapacity must be at least 1, got 0");
    refused(ModelSettings.builder().threads(-1), "threads must be at least 0, got -1");
    refused(
        ModelSettings.builder().prefixCache(-2),
        "prefixCacheBytes must be at least 0, or -1 for a share of the memory, got -2");
  }

  @Test
  void the_smallest_numbers_are_allowed() {
    ModelSettings settings =
        ModelSettings.builder().maxPixels(784).batchRows(1).queueCapacity(1).threads(0).build();

    assertThat(settings.maxPixels()).isEqualTo(784);
  }

  private static void refused(ModelSettings.Builder builder, String message) {
    assertThatThrownBy(builder::build)
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(message);
  }
}
