/**
 * What stands in the manifest of an exported folder, and the check of the folder against it. Knows
 * no graph and no engine; the exporter writes it and the engine reads it. Imports nothing of this
 * module.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.r1reward.onnx.manifest;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
