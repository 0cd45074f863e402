/**
 * Hugging Face checkpoint folders: {@code config.json} and its companions beside the weights, and
 * the writers of both. Files in, named tensors and records out; nothing here computes with a tensor
 * or knows an engine. Imports the public API, {@code io.r1reward.core.safetensors} and {@code
 * io.r1reward.core.json}.
 */
@NullMarked
package io.r1reward.core.checkpoint;

import org.jspecify.annotations.NullMarked;
