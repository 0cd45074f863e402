/**
 * The two graphs of a judge, node by node, and the thin builder over the ONNX messages they are
 * written with: the decoder of all families, and what their vision towers have in common. A tower
 * of one family stands in a package below, named after its {@code model_type}; a further family is
 * such a package and a line in {@code META-INF/services}. What the weights are and where they are
 * kept is decided behind {@link io.r1reward.onnx.graph.Weights}. Imports the ONNX messages and
 * {@code io.r1reward.core.model}.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.r1reward.onnx.graph;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
