package io.r1reward.springboot;

import io.r1reward.RewardModel;

/** A bean that changes the settings of the model after the properties, before it is loaded. */
@FunctionalInterface
public interface RewardModelCustomizer {

  /** Changes settings. */
  void customize(RewardModel.Builder model);
}
