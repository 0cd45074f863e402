/**
 * The vision tower of Qwen2.5-VL as an ONNX graph. Imports {@code io.r1reward.onnx.graph}; the
 * service loader finds it.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.r1reward.onnx.graph.qwen2_5_vl;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
