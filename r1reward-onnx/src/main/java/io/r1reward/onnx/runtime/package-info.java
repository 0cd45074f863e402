/**
 * Everything that touches ONNX Runtime: sessions, tensors over native memory, the key/value cache,
 * and the engine that steps them behind the generation seam. Imports the core's seam, index
 * arithmetic and checkpoint files; knows no exporter and no judging.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.r1reward.onnx.runtime;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
