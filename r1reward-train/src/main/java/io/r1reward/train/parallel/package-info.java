/**
 * Data parallel training: replicas of a policy on several devices of one process, or in the
 * processes of a cluster, and the work of a step spread over them. Knows rows and networks, but no
 * reward, loss or run.
 *
 * <p>Of this module it imports {@code encode}, {@code model}, {@code policy}, {@code run}.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.r1reward.train.parallel;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
