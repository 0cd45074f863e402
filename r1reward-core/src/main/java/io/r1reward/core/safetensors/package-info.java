/**
 * Files of named tensors: reading without copying, writing, shards, number formats. Knows no model.
 * Imports the public API and {@code io.r1reward.core.json}.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.r1reward.core.safetensors;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
