/**
 * Checkpoints of the Hugging Face hub: {@link io.r1reward.core.hub.HubDownload} brings one into the
 * cache that Python's {@code huggingface_hub} uses, and {@code RewardModel.load("hf:owner/name")}
 * does that by itself. Nothing is sent before somebody asks for a checkpoint by such a name.
 * Imports the public API and {@code io.r1reward.core.json}.
 */
@NullMarked
package io.r1reward.core.hub;

import org.jspecify.annotations.NullMarked;
