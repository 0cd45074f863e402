package io.r1reward.core.generate;

import com.google.common.collect.ImmutableList;
import io.r1reward.FinishReason;
import io.r1reward.InvalidInputException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * One request from its queueing to its end. Samples stand prompt by prompt. The package-private
 * methods belong to the generator's thread.
 */
final class RequestRun implements Generation {
  final Decoding decoding;
  final int[] watched;
  final TokenListener listener;
  final int promptCount;
  final int samplesPerPrompt;

  private final ImmutableList<Sample> samples;

  private final long[] seeds;
  private final Runnable wake;
  private final CompletableFuture<List<Completion>> all = new CompletableFuture<>();
  private final Completion[] completions;
  private List<Prompt> prompts;
  private int running;

  /**
   * A request that waits.
   *
   * @param wake tells the generator's thread that something was cancelled
   */
  RequestRun(GenerationRequest request, Runnable wake) {
    this.prompts = request.prompts();
    this.decoding = request.decoding();
    this.watched = request.watched();
    this.listener = request.listener();
    this.promptCount = prompts.size();
    this.samplesPerPrompt = request.samples();
    this.seeds = IntStream.range(0, promptCount).mapToLong(request::seedOf).toArray();
    this.wake = wake;
    ImmutableList.Builder<Sample> list = ImmutableList.builder();
    for (int prompt = 0; prompt < promptCount; prompt++) {
      for (int index = 0; index < samplesPerPrompt; index++) {
        list.add(new Sample(this, prompt, index));
      }
    }
    this.samples = list.build();
    this.completions = new Completion[samples.size()];
    this.running = samples.size();
  }

  /** Returns the prompts; none when the last sample has started. */
  List<Prompt> prompts() {
    return prompts;
  }

  /** Lets go of the prompts: their patches are megabytes, and a request may run for long. */
  void releasePrompts() {
    prompts = List.of();
  }

  /** Returns the seed of the draws for a prompt. */
  long seed(int prompt) {
    return seeds[prompt];
  }

  Sample sample(int prompt, int index) {
    if (prompt < 0 || prompt >= promptCount || index < 0 || index >= samplesPerPrompt) {
      throw new InvalidInputException(
          "no sample "
              + index
              + " of prompt "
              + prompt
              + " in a request of "
              + promptCount
              + " prompts with "
              + samplesPerPrompt
              + " samples each");
    }
    return samples.get(prompt * samplesPerPrompt + index);
  }

  @Override
  public CompletableFuture<Completion> completion(int prompt, int sample) {
    return sample(prompt, sample).completion.copy(); // a caller's cancel() must not end ours
  }

  @Override
  public void cancel(int prompt, int sample) {
    sample(prompt, sample).cancel();
    wake.run();
  }

  @Override
  public void cancel() {
    samples.forEach(Sample::cancel);
    wake.run();
  }

  @Override
  public CompletableFuture<List<Completion>> all() {
    return all.copy();
  }

  boolean ended() {
    return running == 0;
  }

  void sampleEnded(Completion completion) {
    completions[completion.prompt() * samplesPerPrompt + completion.sample()] = completion;
    if (--running == 0) {
      all.complete(ImmutableList.copyOf(completions));
    }
  }

  /** Says whether every sample was cancelled; for any thread. */
  boolean allCancelled() {
    return samples.stream().allMatch(Sample::cancelled);
  }

  /** Ends the samples that were cancelled. */
  void endCancelled() {
    for (Sample sample : samples) {
      if (sample.cancelled()) {
        sample.end(FinishReason.CANCELLED);
      }
    }
  }

  /** Ends every sample that still runs or waits. */
  void end(FinishReason reason) {
    samples.forEach(sample -> sample.end(reason));
  }

  /** Fails every sample that still runs or waits. */
  void fail(Throwable cause) {
    if (running > 0) {
      running = 0;
      releasePrompts();
      samples.forEach(sample -> sample.fail(cause));
      all.completeExceptionally(cause);
    }
  }
}
