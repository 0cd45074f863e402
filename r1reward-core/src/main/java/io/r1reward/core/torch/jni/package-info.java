/**
 * The only contact with {@code ai.djl.pytorch.jni}: assembling TorchScript modules from text,
 * calling their methods, tensors over mapped memory, thread settings. That package is not DJL's
 * public promise; when its version changes, this is the room to look at. Knows no model.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.r1reward.core.torch.jni;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
