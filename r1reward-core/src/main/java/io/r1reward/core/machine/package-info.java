/**
 * What the machine is and what its fast kernels do: the processor's instruction set as the native
 * libraries use it, and the outcome of holding a kernel against plain arithmetic. Shared by all
 * engines; imports none of them.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.r1reward.core.machine;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
