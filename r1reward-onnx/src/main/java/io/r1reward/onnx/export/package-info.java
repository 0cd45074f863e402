/**
 * The exporter: reads a Hugging Face checkpoint folder, writes the graphs of {@code
 * io.r1reward.onnx.graph} with their weights in the wanted number format, and what else a model
 * folder holds. What was written is opened once and computes, on ONNX Runtime, before it is called
 * done. Imports the graphs, the manifest, the quantiser, the runtime for that trial, and the core's
 * checkpoints.
 */
@NullMarked
package io.r1reward.onnx.export;

import org.jspecify.annotations.NullMarked;
