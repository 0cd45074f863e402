/**
 * Index arithmetic of Qwen2.5-VL that every engine needs and none computes on a device: multimodal
 * rotary positions and the window layout of the vision tower. Plain Java on ints, no tensors;
 * imports only {@code io.r1reward.core.generate}.
 */
@NullMarked
package io.r1reward.core.model;

import org.jspecify.annotations.NullMarked;
