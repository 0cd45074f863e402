/**
 * The two graphs of a Qwen2.5-VL judge, node by node: vision tower and decoder, and the thin
 * builder over the ONNX messages they are written with. What the weights are and where they are
 * kept is decided behind {@link io.r1reward.onnx.graph.Weights}. Imports the ONNX messages and
 * {@code io.r1reward.core.checkpoint}.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.r1reward.onnx.graph;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
