package io.r1reward.train;

import io.r1reward.FinishReason;
import io.r1reward.ModelInfo;
import io.r1reward.core.generate.Completion;
import io.r1reward.core.generate.Generation;
import io.r1reward.core.generate.GenerationRequest;
import io.r1reward.core.generate.Generator;
import io.r1reward.core.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;

/** Replies what a test says; a test that streams or asks for the model's properties fails. */
public abstract class ScriptedGenerator implements Generator {
  private final Tokenizer tokenizer;

  /** A generator whose replies are encoded by a tokenizer. */
  protected ScriptedGenerator(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** The reply to one prompt of a request, as text. */
  protected abstract String reply(GenerationRequest request, int prompt, int sample);

  @Override
  public List<Completion> generate(GenerationRequest request) {
    List<Completion> completions = new ArrayList<>();
    for (int prompt = 0; prompt < request.prompts().size(); prompt++) {
      for (int sample = 0; sample < request.samples(); sample++) {
        int[] tokens = tokenizer.encode(reply(request, prompt, sample));
        completions.add(
            new Completion(
                prompt,
                sample,
                tokens,
                new float[tokens.length],
                new float[tokens.length][0],
                FinishReason.STOP));
      }
    }
    return completions;
  }

  @Override
  public Generation submit(GenerationRequest request) {
    throw new UnsupportedOperationException("no test streams");
  }

  @Override
  public ModelInfo info() {
    throw new UnsupportedOperationException("no test asks for the model");
  }

  @Override
  public void close() {}
}
