package io.r1reward.train.parallel;

import com.google.common.collect.ImmutableList;
import io.r1reward.InvalidInputException;
import io.r1reward.core.generate.Completion;
import io.r1reward.core.generate.GenerationRequest;
import io.r1reward.train.model.PolicyNetwork;
import io.r1reward.train.policy.PolicySampler;
import java.util.ArrayList;
import java.util.List;

/**
 * Samples on all replicas at once, each with a sampler of its own. Prompts are dealt out in
 * stretches; the draws of a sample depend on its prompt, the prompt's seed and its number alone, so
 * they are those that one device gives. A listener of the request is called from several threads.
 * Not thread-safe.
 */
public final class SpreadSampler implements PolicySampler {
  private final Replicas replicas;
  private final ImmutableList<PolicySampler> samplers;

  /**
   * A sampler.
   *
   * @param samplers one per replica
   */
  public SpreadSampler(Replicas replicas, List<? extends PolicySampler> samplers) {
    if (samplers.size() != replicas.networks().size()) {
      throw new InvalidInputException(
          "each of "
              + replicas.networks().size()
              + " replicas needs a sampler, got "
              + samplers.size());
    }
    this.replicas = replicas;
    this.samplers = ImmutableList.copyOf(samplers);
  }

  /** A stretch of the request's prompts. */
  private record Part(int replica, Stretch stretch) {}

  /**
   * {@inheritDoc}
   *
   * @param network the first replica
   */
  @Override
  public List<Completion> sample(PolicyNetwork network, GenerationRequest request) {
    if (network != replicas.first()) {
      throw new InvalidInputException("only the replicas it was made for can be sampled from");
    }
    List<Part> parts = new ArrayList<>();
    for (Stretch stretch : Stretch.cut(request, samplers.size())) {
      parts.add(new Part(parts.size(), stretch));
    }
    return replicas.onEach(parts, this::sample).stream().flatMap(List::stream).toList();
  }

  private List<Completion> sample(PolicyNetwork replica, Part part) {
    return part.stretch.numbered(
        samplers.get(part.replica).sample(replica, part.stretch.request()));
  }
}
