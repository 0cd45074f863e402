package io.r1reward.train.policy;

import io.r1reward.core.generate.Completion;
import io.r1reward.core.generate.GenerationRequest;
import io.r1reward.train.model.PolicyNetwork;
import java.util.List;

/**
 * Samples completions from a network as it is now. One method, so that a user can put another
 * runtime behind it.
 */
@FunctionalInterface
public interface PolicySampler {

  /**
   * Returns completions, prompt by prompt, sample by sample.
   *
   * @param network the policy, which does not change during the call
   * @param request prompts, samples per prompt, decoding and seeds; where the decoding is {@link
   *     io.r1reward.core.generate.Decoding#tempered} the trainer expects log-probabilities of the
   *     logits divided by the temperature
   */
  List<Completion> sample(PolicyNetwork network, GenerationRequest request);
}
