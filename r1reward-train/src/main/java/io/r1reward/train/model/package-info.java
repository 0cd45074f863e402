/**
 * Qwen2.5-VL with gradients: weights as trainable parameters, LoRA adapters, the forward pass whose
 * backward pass keeps layer inputs alone where asked to, and log-probabilities of chosen tokens. It
 * sees pictures and multimodal positions exactly as generation does. Knows no data set, reward or
 * loss.
 *
 * <p>Of this module it imports {@code data}, {@code optim}, {@code run}.
 */
@NullMarked
package io.r1reward.train.model;

import org.jspecify.annotations.NullMarked;
