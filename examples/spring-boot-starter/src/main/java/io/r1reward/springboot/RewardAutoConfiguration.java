package io.r1reward.springboot;

import io.r1reward.MediaFetcher;
import io.r1reward.ModelListener;
import io.r1reward.RewardModel;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.StringUtils;

/**
 * Opens the checkpoint of {@code r1reward.checkpoint} at the start, unless there is a {@link
 * RewardModel} already. Beans of type {@link ModelListener}, {@link MediaFetcher} and {@link
 * RewardModelCustomizer} are given to it. At the end new requests are refused, and those under way
 * have {@code r1reward.shutdown-timeout} to end.
 */
@AutoConfiguration
@EnableConfigurationProperties(RewardProperties.class)
public final class RewardAutoConfiguration {

  /** For Spring. */
  public RewardAutoConfiguration() {}

  @Bean(destroyMethod = "close")
  @ConditionalOnMissingBean
  @Conditional(CheckpointNamed.class)
  RewardModel rewardModel(
      RewardProperties properties,
      ObjectProvider<ModelListener> listeners,
      ObjectProvider<MediaFetcher> fetcher,
      ObjectProvider<RewardModelCustomizer> customizers) {
    RewardModel.Builder builder = RewardModel.builder();
    List<ModelListener> all = listeners.orderedStream().toList();
    if (!all.isEmpty()) {
      builder.modelListener(new Listeners(all));
    }
    fetcher.ifUnique(builder::mediaFetcher);
    properties.applyTo(builder);
    customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
    return new DrainingModel(builder.load(), properties.shutdownTimeout());
  }

  /**
   * {@code r1reward.checkpoint} is not blank. Spring's own condition takes an empty text for a
   * value, which {@code ${JUDGE:}} is where no judge is wanted, and the text "false" for none.
   */
  static final class CheckpointNamed implements Condition {
    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
      return StringUtils.hasText(context.getEnvironment().getProperty("r1reward.checkpoint"));
    }
  }
}
