package io.r1reward.train.model;

import io.r1reward.InvalidInputException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says what a run will take before it loads anything, and refuses what cannot fit. Stateless. */
public final class MemoryCheck {
  private static final Logger logger = LoggerFactory.getLogger(MemoryCheck.class);
  private static final String ADVICE =
      "compute in bfloat16 (bfloat16), train adapters (lora) in place of the weights, or freeze the"
          + " vision tower (trainVision false)";

  private MemoryCheck() {}

  /**
   * Checks a run on the CPU: weights, gradients and optimiser have to fit into its memory, whatever
   * the data are.
   *
   * @param memory bytes of the machine, 0 where that is not known
   * @throws InvalidInputException if they do not, with all parts
   */
  public static void onCpu(MemoryEstimate estimate, long memory) {
    if (memory > 0 && estimate.fixed() > memory) {
      throw new InvalidInputException(
          "training needs %s for weights, gradients and optimiser, this machine has %s of memory (%s); %s"
              .formatted(
                  MemoryEstimate.gib(estimate.fixed()),
                  MemoryEstimate.gib(memory),
                  estimate.parts(),
                  ADVICE));
    }
    logger.info(
        "training takes about {} of memory, of {}: {}",
        MemoryEstimate.gib(
            estimate.fixed()
                + estimate.replicas() * Math.max(estimate.activations(), estimate.rolloutCache())),
        memory > 0 ? MemoryEstimate.gib(memory) : "an unknown size",
        estimate.parts());
  }

  /** Says what a run takes on its first GPU, and beside it on the host. */
  public static void onGpu(MemoryEstimate estimate) {
    logger.info(
        "training takes about {} on the device and {} on the host: {}",
        MemoryEstimate.gib(estimate.onDevice()),
        MemoryEstimate.gib(estimate.onHost()),
        estimate.parts());
  }
}
