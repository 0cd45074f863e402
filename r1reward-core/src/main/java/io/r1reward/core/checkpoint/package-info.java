/**
 * Hugging Face checkpoint folders: memory-mapped safetensors, {@code config.json} and its
 * companions, and the writers of both. Files in, named tensors and records out; nothing here
 * computes with a tensor or knows an engine. Imports the public API, Jackson and Guava.
 */
@NullMarked
package io.r1reward.core.checkpoint;

import org.jspecify.annotations.NullMarked;
