/**
 * The DJL PyTorch engine: Qwen2.5-VL on CPU and CUDA behind {@link
 * io.r1reward.core.generate.DecoderEngine}. The forward pass itself is TorchScript, in one readable
 * source file beside these classes ({@code qwen2_5_vl.py}); Java owns weights, caches and schedule.
 * Imports the checkpoint, safetensors, generate, machine and model packages; knows no tokenizer and
 * no prompt.
 */
@NullMarked
package io.r1reward.core.torch;

import org.jspecify.annotations.NullMarked;
