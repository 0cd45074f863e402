package io.r1reward.train.parallel;

import com.google.common.collect.ImmutableList;
import io.r1reward.InvalidInputException;
import io.r1reward.core.generate.Completion;
import io.r1reward.core.generate.Decoding;
import io.r1reward.core.generate.GenerationRequest;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.generate.TokenListener;
import io.r1reward.train.model.PolicyNetwork;
import io.r1reward.train.policy.EngineSampler;
import io.r1reward.train.policy.PolicySampler;
import java.util.List;

/**
 * Samples with the judging engine in the processes of a cluster, a stretch of the prompts in each.
 * The draws of a sample depend on its prompt, the prompt's seed and its number alone. Not
 * thread-safe.
 */
public final class ClusterSampler implements PolicySampler {
  private final Replicas replicas;
  private final int rows;

  /**
   * A sampler.
   *
   * @param replicas on a cluster
   * @param rows most completions that a process decodes at a time
   */
  public ClusterSampler(Replicas replicas, int rows) {
    this.replicas = replicas;
    this.rows = rows;
  }

  /**
   * {@inheritDoc}
   *
   * @param network that of the replicas
   * @throws InvalidInputException if somebody listens to the request: tokens are not told of
   */
  @Override
  public List<Completion> sample(PolicyNetwork network, GenerationRequest request) {
    if (network != replicas.first()) {
      throw new InvalidInputException("only the replicas it was made for can be sampled from");
    }
    if (request.listener() != TokenListener.SILENT) {
      throw new InvalidInputException("a cluster samples without a listener, one was given");
    }
    List<Stretch> stretches = Stretch.cut(request, replicas.slots());
    List<ImmutableList<Completion>> parts =
        replicas.run(stretches.stream().map(stretch -> task(stretch.request())).toList());
    ImmutableList.Builder<Completion> all = ImmutableList.builder();
    for (int i = 0; i < parts.size(); i++) {
      all.addAll(stretches.get(i).numbered(parts.get(i)));
    }
    return all.build();
  }

  private Sampling task(GenerationRequest request) {
    return new Sampling(
        request.prompts(),
        request.samples(),
        request.decoding(),
        request.seed(),
        request.watched(),
        request.seeds(),
        rows);
  }

  /** A request without its listener. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Sampling(
      List<Prompt> prompts,
      int samples,
      Decoding decoding,
      long seed,
      int[] watched,
      long[] seeds,
      int rows)
      implements StepTask<ImmutableList<Completion>> {

    @Override
    public ImmutableList<Completion> on(PolicyNetwork network) {
      return ImmutableList.copyOf(
          new EngineSampler(rows, network.settings().threads())
              .sample(
                  network,
                  new GenerationRequest(
                      prompts, samples, decoding, seed, watched, TokenListener.SILENT, seeds)));
    }
  }
}
