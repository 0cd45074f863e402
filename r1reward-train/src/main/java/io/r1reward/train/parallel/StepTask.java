package io.r1reward.train.parallel;

import io.r1reward.train.model.PolicyNetwork;
import java.io.Serializable;
import org.apiguardian.api.API;

/**
 * A piece of a step's work together with everything it needs but the network, so that another
 * process can do it. Done again on a network of the same weights it gives the same result, and adds
 * the same gradients. Immutable.
 *
 * @param <R> what comes back, which can be serialised
 */
@API(status = API.Status.EXPERIMENTAL)
@FunctionalInterface
public interface StepTask<R> extends Serializable {
  /** Does the work, which may add gradients to those of the network. */
  R on(PolicyNetwork network);
}
