/**
 * The ONNX Runtime engine behind the generation seam of {@code io.r1reward.core}, and the exporter
 * from a Hugging Face checkpoint to ONNX. Imports {@code io.r1reward} and {@code io.r1reward.core};
 * nothing imports it but the examples.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.r1reward.onnx;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
