package io.r1reward.springboot;

import io.r1reward.RewardModel;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/** Tells the health of the model, unless {@code management.health.r1reward.enabled} is false. */
@AutoConfiguration(after = RewardAutoConfiguration.class)
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnSingleCandidate(RewardModel.class)
@ConditionalOnEnabledHealthIndicator("r1reward")
@EnableConfigurationProperties(RewardProperties.class)
public final class RewardHealthAutoConfiguration {

  /** For Spring. */
  public RewardHealthAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean(name = "r1rewardHealthIndicator")
  RewardHealthIndicator r1rewardHealthIndicator(RewardModel model, RewardProperties properties) {
    return new RewardHealthIndicator(
        model, model instanceof DrainingModel ? properties.checkpoint() : null);
  }
}
