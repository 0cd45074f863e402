package io.r1reward.core.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSet;
import io.r1reward.core.generate.DecodeBatch;
import io.r1reward.core.generate.DecoderEngine;
import io.r1reward.core.generate.DecoderEngine.PromptState;
import io.r1reward.core.generate.Decoding;
import io.r1reward.core.generate.Prompt;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Prompts that begin alike, and what an engine says behind them, to the last bit. Stateless. */
public final class AlikePrompts {
  private static final int[] WATCHED = IntStream.range(0, 900).toArray();
  private static final int STEPS = 4;

  private AlikePrompts() {}

  /**
   * Makes prompts of the same random tokens.
   *
   * @param lengthAndShared of each prompt its length, and how many of its first tokens are the
   *     common ones
   */
  public static List<Prompt> of(int[][] lengthAndShared) {
    int longest = Arrays.stream(lengthAndShared).mapToInt(one -> one[0]).max().orElseThrow();
    int[] tokens = new Random(5).ints(longest, 0, 700).toArray();
    List<Prompt> prompts = new ArrayList<>();
    for (int[] one : lengthAndShared) {
      int[] own = Arrays.copyOf(tokens, one[0]);
      Random random = new Random(prompts.size());
      for (int i = one[1]; i < own.length; i++) {
        own[i] = random.nextInt(700);
      }
      prompts.add(Prompt.ofTokens(own));
    }
    return prompts;
  }

  /**
   * Returns the log-probabilities of all ids behind a prompt and behind three greedy tokens.
   *
   * @param state closed here
   */
  public static float[][] continued(DecoderEngine engine, PromptState state) {
    float[][] all = new float[STEPS][];
    try (DecodeBatch batch = engine.newBatch(1)) {
      batch.add(state, Decoding.greedy(STEPS, ImmutableSet.of()), WATCHED);
      state.close();
      for (int i = 0; i < all.length; i++) {
        all[i] = batch.step(new double[1]).watched()[0];
      }
    }
    return all;
  }

  /** Asserts that {@link #continued} gave the same bits. */
  public static void assertEqual(float[][] actual, float[][] expected, int prompt) {
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).as("prompt %d, step %d", prompt, i).containsExactly(expected[i]);
    }
  }
}
