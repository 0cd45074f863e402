/**
 * Block-wise weight quantisation to 8 and 4 bits, in the layout of ONNX Runtime's {@code
 * MatMulNBits}. Plain Java on arrays: knows no graph, no file and no model. Imports nothing of this
 * module.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.r1reward.onnx.quantise;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
