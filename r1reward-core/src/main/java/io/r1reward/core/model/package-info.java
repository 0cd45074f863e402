/**
 * What a model is, with nothing that computes: {@link io.r1reward.core.model.ModelFamily families}
 * and their registry, the configuration that engines ask, names and shapes of tensors, and the
 * index arithmetic that no engine does on a device: multimodal rotary positions, places of media,
 * layouts of frames. A family has a package of its own below this one, with its scripts beside it;
 * nothing here or in an engine names one. Imports {@code core.generate}, {@code core.json}, {@code
 * core.safetensors} and {@code core.text}.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.r1reward.core.model;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
