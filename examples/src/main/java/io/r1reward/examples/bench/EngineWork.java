package io.r1reward.examples.bench;

import io.r1reward.core.generate.DecodeBatch;
import io.r1reward.core.generate.DecoderEngine;
import io.r1reward.core.generate.DecoderEngine.PromptState;
import io.r1reward.core.generate.Decoding;
import io.r1reward.core.generate.Prompt;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What is measured of an engine, through its seam. Every measured stretch ends with a token in
 * Java, so that nothing is still running on a device when the clock is read. Bound to the engine's
 * thread.
 */
final class EngineWork {
  private static final int[] NOTHING = {};

  private final DecoderEngine engine;
  private final SplittableRandom random = new SplittableRandom(1);

  /** Over an engine, which stays the caller's. */
  EngineWork(DecoderEngine engine) {
    this.engine = engine;
  }

  /** Reads a prompt; the caller closes the result. */
  PromptState read(Prompt prompt) {
    return engine.prefill(List.of(prompt)).get(0);
  }

  /** Reads a prompt and chooses one token; adds the time of both. */
  void prefill(Prompt prompt, Timings times) {
    generate(prompt, 1, Decodings.GREEDY, 1, times);
  }

  /** Reads a prompt and chooses tokens for rows of it; adds the time of all. */
  void generate(Prompt prompt, int rows, Decoding decoding, int tokens, Timings times) {
    long start = System.nanoTime();
    try (PromptState state = read(prompt);
        DecodeBatch batch = newBatch(state, rows, decoding)) {
      for (int i = 0; i < tokens; i++) {
        batch.step(uniforms(rows));
      }
      times.add(System.nanoTime() - start);
    }
  }

  /** Chooses tokens for rows behind a prompt; adds the time of every step. */
  void decode(PromptState state, int rows, Decoding decoding, int steps, Timings times) {
    try (DecodeBatch batch = newBatch(state, rows, decoding)) {
      batch.step(uniforms(rows)); // from the prompt's logits, so the decoder does not run
      for (int i = 0; i < steps; i++) {
        double[] uniforms = uniforms(rows);
        long start = System.nanoTime();
        batch.step(uniforms);
        times.add(System.nanoTime() - start);
      }
    }
  }

  private DecodeBatch newBatch(PromptState state, int rows, Decoding decoding) {
    DecodeBatch batch = engine.newBatch(rows);
    for (int i = 0; i < rows; i++) {
      batch.add(state, decoding, NOTHING);
    }
    return batch;
  }

  private double[] uniforms(int rows) {
    return random.doubles(rows).toArray();
  }
}
