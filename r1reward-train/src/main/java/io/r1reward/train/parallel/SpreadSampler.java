package io.r1reward.train.parallel;

import com.google.common.collect.ImmutableList;
import io.r1reward.InvalidInputException;
import io.r1reward.core.generate.Completion;
import io.r1reward.core.generate.GenerationRequest;
import io.r1reward.core.generate.TokenListener;
import io.r1reward.train.model.PolicyNetwork;
import io.r1reward.train.policy.PolicySampler;
import java.util.ArrayList;
import java.util.Arrays;
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
  private record Part(int replica, int firstPrompt, GenerationRequest request) {}

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
    List<Completion> all = new ArrayList<>();
    for (List<Completion> part :
        replicas.onEach(parts(request), (replica, part) -> sample(replica, part))) {
      all.addAll(part);
    }
    return all;
  }

  private List<Completion> sample(PolicyNetwork replica, Part part) {
    List<Completion> numbered = new ArrayList<>();
    for (Completion completion : samplers.get(part.replica).sample(replica, part.request)) {
      numbered.add(
          new Completion(
              part.firstPrompt + completion.prompt(),
              completion.sample(),
              completion.tokens(),
              completion.logProbabilities(),
              completion.watchedLogProbabilities(),
              completion.finishReason()));
    }
    return numbered;
  }

  /** Cuts the prompts into as many stretches as there are replicas, or prompts. */
  private List<Part> parts(GenerationRequest request) {
    int prompts = request.prompts().size();
    int count = Math.min(samplers.size(), prompts);
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int from = (int) ((long) prompts * i / count);
      int to = (int) ((long) prompts * (i + 1) / count);
      TokenListener listener =
          request.listener() == TokenListener.SILENT
              ? TokenListener.SILENT
              : (prompt, sample, token) -> request.listener().onToken(from + prompt, sample, token);
      long[] seeds = request.seeds();
      seeds = seeds.length == 0 ? seeds : Arrays.copyOfRange(seeds, from, to);
      parts.add(
          new Part(
              i,
              from,
              new GenerationRequest(
                  request.prompts().subList(from, to),
                  request.samples(),
                  request.decoding(),
                  request.seed(),
                  request.watched(),
                  listener,
                  seeds)));
    }
    return parts;
  }
}
