/**
 * Files of named tensors: reading without copying, writing, shards, number formats. Knows no model.
 * Imports the public API and {@code io.r1reward.core.json}.
 */
@NullMarked
package io.r1reward.core.safetensors;

import org.jspecify.annotations.NullMarked;
