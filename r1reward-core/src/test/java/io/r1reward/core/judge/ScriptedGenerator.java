package io.r1reward.core.judge;

import com.google.common.collect.ImmutableList;
import io.r1reward.CancelledException;
import io.r1reward.FinishReason;
import io.r1reward.ModelInfo;
import io.r1reward.core.generate.Completion;
import io.r1reward.core.generate.Generation;
import io.r1reward.core.generate.GenerationRequest;
import io.r1reward.core.generate.Generator;
import io.r1reward.core.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * A generator that says what a test wants, token by token, when the test wants it. What is watched
 * gets the log-probabilities a test sets; every token has -0.5.
 */
final class ScriptedGenerator implements Generator {
  /** What one sample of one prompt says. */
  interface Script {
    String text(String prompt, int promptIndex, int sample);
  }

  final List<Run> runs = new ArrayList<>();
  volatile boolean closed;

  /** Log-probabilities of everything watched, at every step. */
  float[] watched = {(float) Math.log(0.6), (float) Math.log(0.2)};

  /** What happens to a request before its submission returns. */
  Consumer<Run> onSubmit = run -> {};

  /** Whether a request is answered as soon as it is submitted. */
  boolean immediately;

  private final Tokenizer tokenizer;
  private final Script script;

  ScriptedGenerator(Tokenizer tokenizer, Script script) {
    this.tokenizer = tokenizer;
    this.script = script;
  }

  @Override
  public synchronized Generation submit(GenerationRequest request) {
    if (closed) {
      throw new CancelledException("the generator is closed");
    }
    Run run = new Run(request);
    runs.add(run);
    onSubmit.accept(run);
    if (immediately) {
      run.finishAll();
    }
    return run;
  }

  @Override
  public ModelInfo info() {
    return new ModelInfo(
        "scripted", "cpu", "none", "plain", "none", 1, 0, 4096, tokenizer.vocabularySize());
  }

  @Override
  public void close() {
    closed = true;
    runs.forEach(Run::cancel);
  }

  /** One request. */
  final class Run implements Generation {
    final GenerationRequest request;
    private final List<CompletableFuture<Completion>> completions = new ArrayList<>();
    private final List<int[]> scripts = new ArrayList<>();
    private final int[] said;

    Run(GenerationRequest request) {
      this.request = request;
      for (int prompt = 0; prompt < request.prompts().size(); prompt++) {
        String text = tokenizer.decode(request.prompts().get(prompt).tokens(), false);
        for (int sample = 0; sample < request.samples(); sample++) {
          completions.add(new CompletableFuture<>());
          scripts.add(tokenizer.encode(script.text(text, prompt, sample)));
        }
      }
      this.said = new int[scripts.size()];
    }

    private int index(int prompt, int sample) {
      return prompt * request.samples() + sample;
    }

    /** Says some tokens of one sample; false if the listener or the limit ended it. */
    synchronized boolean say(int prompt, int sample, int count) {
      int index = index(prompt, sample);
      int[] tokens = scripts.get(index);
      for (int i = 0; i < count && said[index] < tokens.length; i++) {
        if (completions.get(index).isDone()) {
          return false;
        }
        boolean goOn = request.listener().onToken(prompt, sample, tokens[said[index]++]);
        if (!goOn) {
          end(prompt, sample, FinishReason.STOP);
          return false;
        }
        if (said[index] == request.decoding().maxNewTokens()) {
          end(prompt, sample, FinishReason.LENGTH);
          return false;
        }
      }
      return true;
    }

    /** Says the rest of one sample. */
    void finish(int prompt, int sample) {
      if (say(prompt, sample, Integer.MAX_VALUE)) {
        end(prompt, sample, FinishReason.STOP);
      }
    }

    void finishAll() {
      for (int sample = 0; sample < request.samples(); sample++) {
        for (int prompt = 0; prompt < request.prompts().size(); prompt++) {
          finish(prompt, sample);
        }
      }
    }

    void fail(Throwable cause) {
      completions.forEach(completion -> completion.completeExceptionally(cause));
    }

    boolean ended(int prompt, int sample) {
      return completions.get(index(prompt, sample)).isDone();
    }

    private void end(int prompt, int sample, FinishReason reason) {
      int index = index(prompt, sample);
      int[] tokens = Arrays.copyOf(scripts.get(index), said[index]);
      float[] logProbabilities = new float[tokens.length];
      Arrays.fill(logProbabilities, -0.5f);
      float[][] all = new float[tokens.length][];
      Arrays.fill(all, Arrays.copyOf(watched, request.watched().length));
      completions
          .get(index)
          .complete(new Completion(prompt, sample, tokens, logProbabilities, all, reason));
    }

    @Override
    public CompletableFuture<Completion> completion(int prompt, int sample) {
      return completions.get(index(prompt, sample));
    }

    @Override
    public synchronized void cancel(int prompt, int sample) {
      if (!ended(prompt, sample)) {
        end(prompt, sample, FinishReason.CANCELLED);
      }
    }

    @Override
    public void cancel() {
      IntStream.range(0, completions.size())
          .forEach(i -> cancel(i / request.samples(), i % request.samples()));
    }

    @Override
    public CompletableFuture<List<Completion>> all() {
      return CompletableFuture.allOf(completions.toArray(CompletableFuture[]::new))
          .thenApply(
              done ->
                  completions.stream()
                      .map(CompletableFuture::join)
                      .collect(ImmutableList.toImmutableList()));
    }
  }
}
