/**
 * Hugging Face checkpoint folders: {@code config.json} and its companions beside the weights, and
 * the writers of both. Files in, named tensors and records out; nothing here computes with a tensor
 * or knows an engine. Imports the public API, {@code core.safetensors}, {@code core.json}, {@code
 * core.media} for the settings of pictures, and {@code core.model}.
 */
@NullMarked
package io.r1reward.core.checkpoint;

import org.jspecify.annotations.NullMarked;
