package io.r1reward.springboot;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;

/**
 * Hangs {@link RewardMeters} on the model, where there is one {@link MeterRegistry} or a primary
 * one.
 */
@AutoConfiguration(
    before = RewardAutoConfiguration.class,
    afterName =
        "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnSingleCandidate(MeterRegistry.class)
public final class RewardMetersAutoConfiguration {

  /** For Spring. */
  public RewardMetersAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean
  RewardMeters rewardMeters(MeterRegistry registry) {
    return new RewardMeters(registry);
  }
}
