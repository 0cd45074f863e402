/**
 * Qwen3-VL, the dense models: what their configuration says, their tensors, pictures, chat and
 * positions; {@code vision.py} and {@code vision_training.py} beside these classes compute their
 * vision tower. Imports {@code core.model}, {@code core.generate}, {@code core.json}, {@code
 * core.media} and {@code core.text}.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.r1reward.core.model.qwen3_vl;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
