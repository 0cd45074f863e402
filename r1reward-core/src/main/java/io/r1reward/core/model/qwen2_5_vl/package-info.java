/**
 * Qwen2.5-VL: what its configuration says, its tensors and chat, windows and positions; {@code
 * vision.py} and {@code vision_training.py} beside these classes compute its vision tower. Imports
 * {@code core.model}, {@code core.json} and {@code core.text}.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.r1reward.core.model.qwen2_5_vl;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
