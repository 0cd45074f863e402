package io.r1reward.train;

import io.r1reward.train.run.RunState;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A run that has ended.
 *
 * @param state where it stands
 * @param checkpoint the trained judge as a Hugging Face checkpoint folder, adapters merged, which
 *     {@code RewardModel.load} opens
 * @param adapter the adapters alone in PEFT's format, which {@link TrainerBuilder#adapter} goes on
 *     with; null where the weights were trained
 */
public record TrainingRun(RunState state, Path checkpoint, @Nullable Path adapter) {}
