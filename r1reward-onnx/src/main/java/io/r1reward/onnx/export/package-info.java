/**
 * The exporter: reads a Hugging Face checkpoint folder, writes the graphs of {@code
 * io.r1reward.onnx.graph} with their weights in the wanted number format, and what else a model
 * folder holds. Imports the graphs, the quantiser and {@code io.r1reward.core.checkpoint}; loads no
 * native library.
 */
@NullMarked
package io.r1reward.onnx.export;

import org.jspecify.annotations.NullMarked;
