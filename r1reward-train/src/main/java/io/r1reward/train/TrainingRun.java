package io.r1reward.train;

import io.r1reward.train.run.RunState;
import java.nio.file.Path;

/**
 * A run that has ended.
 *
 * @param state where it stands
 * @param checkpoint the trained judge as a Hugging Face checkpoint folder, which {@code
 *     RewardModel.load} opens
 */
public record TrainingRun(RunState state, Path checkpoint) {}
