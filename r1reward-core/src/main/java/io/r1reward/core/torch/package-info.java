/**
 * The DJL PyTorch engine: models on CPU and CUDA behind {@link
 * io.r1reward.core.generate.DecoderEngine}. The forward pass itself is TorchScript: {@code
 * kernels.py} beside these classes, and in it what the model's family has beside its own; Java owns
 * weights, caches and schedule. Imports the checkpoint, safetensors, generate, machine and model
 * packages; knows no tokenizer, no prompt and no family by name.
 */
@NullMarked
package io.r1reward.core.torch;

import org.jspecify.annotations.NullMarked;
