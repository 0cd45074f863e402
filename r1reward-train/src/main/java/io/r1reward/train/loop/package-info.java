/**
 * The frame that every kind of training runs in: resuming, one step after the other, reports,
 * measurements, checkpoints.
 *
 * <p>Of this module it imports {@code data}, {@code metrics}, {@code model}, {@code parallel},
 * {@code run}.
 */
@API(status = API.Status.INTERNAL)
@NullMarked
package io.r1reward.train.loop;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
