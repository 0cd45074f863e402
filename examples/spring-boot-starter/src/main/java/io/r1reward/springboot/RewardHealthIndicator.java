package io.r1reward.springboot;

import io.r1reward.ModelInfo;
import io.r1reward.RewardModel;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Up while the model takes requests, else down: it was closed, or its engine has stopped and the
 * model has to be loaded anew. Computes nothing. Thread-safe.
 */
public final class RewardHealthIndicator implements HealthIndicator {
  private final RewardModel model;
  private final @Nullable String checkpoint;

  /**
   * Tells of a model.
   *
   * @param checkpoint where it was loaded from; null where that is not known
   */
  public RewardHealthIndicator(RewardModel model, @Nullable String checkpoint) {
    this.model = model;
    this.checkpoint = checkpoint;
  }

  @Override
  public Health health() {
    boolean open = model.isOpen();
    ModelInfo info = model.info();
    Health.Builder health =
        (open ? Health.up() : Health.down())
            .withDetail("open", open)
            .withDetail("engine", info.engine())
            .withDetail("device", info.device())
            .withDetail("dtype", info.dtype());
    return (checkpoint == null ? health : health.withDetail("checkpoint", checkpoint)).build();
  }
}
