package io.r1reward.examples.bench;

import com.google.common.primitives.Ints;
import io.r1reward.core.generate.DecodeBatch;
import io.r1reward.core.generate.DecoderEngine;
import io.r1reward.core.generate.DecoderEngine.PromptState;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.model.ModelConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Rankings behind one picture, with and without the cache of prompts: a request for each
 * comparison, one after the other, each judged greedily. Every turn has another picture and other
 * responses. Bound to the thread that calls.
 */
final class SharedWork {
  private static final int QUESTION_TOKENS = 200;
  private static final int RESPONSE_TOKENS = 60;
  private static final int END_TOKENS = 20;

  private final BenchSettings settings;
  private final Subject subject;
  private final List<Case> cases = new ArrayList<>();

  /** The comparisons of one ranking, as indices of two responses. */
  private record Case(String name, List<int[]> comparisons) {}

  /** What one turn took, and how much it knew. */
  private record Taken(double seconds, long tokens, long known) {}

  SharedWork(BenchSettings settings, Subject subject) {
    this.settings = settings;
    this.subject = subject;
    cases.add(new Case("knock-out", knockOut(settings.rank)));
    cases.add(new Case("round robin", roundRobin(settings.rank)));
  }

  /** As if the first of two always won. */
  private static List<int[]> knockOut(int candidates) {
    List<int[]> comparisons = new ArrayList<>();
    for (int step = 1; step < candidates; step *= 2) {
      for (int i = 0; i + step < candidates; i += 2 * step) {
        comparisons.add(new int[] {i, i + step});
      }
    }
    return comparisons;
  }

  private static List<int[]> roundRobin(int candidates) {
    List<int[]> comparisons = new ArrayList<>();
    for (int i = 0; i < candidates; i++) {
      for (int j = i + 1; j < candidates; j++) {
        comparisons.add(new int[] {i, j});
      }
    }
    return comparisons;
  }

  /** Measures and reports; opens the engine twice, one after the other. */
  void run(Report report, Consumer<String> progress) {
    List<List<Taken>> cold = measure(0, "without a cache", progress);
    List<List<Taken>> warm = measure(-1, "with a cache", progress);
    for (int i = 0; i < cases.size(); i++) {
      Taken without = median(cold.get(i));
      Taken with = median(warm.get(i));
      report
          .row("rank")
          .put("tournament", cases.get(i).name)
          .put("candidates", settings.rank)
          .put("comparisons", cases.get(i).comparisons.size())
          .put("orders", settings.bothOrders ? 2 : 1)
          .put("without_cache_s", without.seconds)
          .put("with_cache_s", with.seconds)
          .put("ratio", with.seconds / without.seconds)
          .put("prompt_tokens", with.tokens)
          .put("tokens_known", with.known);
    }
  }

  private List<List<Taken>> measure(long cacheBytes, String what, Consumer<String> progress) {
    List<List<Taken>> all = new ArrayList<>();
    try (DecoderEngine engine = subject.opener().apply(cacheBytes)) {
      for (Case ranking : cases) {
        List<Taken> turns = new ArrayList<>();
        for (int turn = 0; turn <= settings.repeat; turn++) {
          progress.accept(
              "%s %s, turn %d of %d".formatted(ranking.name, what, turn, settings.repeat));
          if (turn == 0) { // warms up: one comparison is enough
            Taken unused =
                rank(engine, new Case(ranking.name, ranking.comparisons.subList(0, 1)), turn);
          } else {
            turns.add(rank(engine, ranking, turn));
          }
        }
        all.add(turns);
      }
    }
    return all;
  }

  private Taken rank(DecoderEngine engine, Case ranking, int turn) {
    ModelConfig config = subject.config();
    long seed = 1000L * (turn + 1) + ranking.comparisons.size();
    Prompt picture = Prompts.picture(config, settings.pixels, seed);
    int[] question = Prompts.text(config, QUESTION_TOKENS, seed).tokens();
    int[] end = Prompts.text(config, END_TOKENS, 1).tokens();
    long tokens = 0;
    long known = 0;
    long start = System.nanoTime();
    for (int[] comparison : ranking.comparisons) {
      int[] first = response(config, seed, comparison[0]);
      int[] second = response(config, seed, comparison[1]);
      List<Prompt> prompts = new ArrayList<>();
      prompts.add(prompt(picture, question, first, second, end));
      if (settings.bothOrders) {
        prompts.add(prompt(picture, question, second, first, end));
      }
      List<PromptState> states = engine.prefill(prompts);
      try (DecodeBatch batch = engine.newBatch(states.size())) {
        for (PromptState state : states) {
          tokens += state.prompt().length();
          known += state.reused();
          batch.add(state, Decodings.GREEDY, new int[0]);
          state.close();
        }
        for (int i = 0; i < settings.newTokens; i++) {
          batch.step(new double[states.size()]);
        }
      }
    }
    return new Taken((System.nanoTime() - start) / 1e9, tokens, known);
  }

  private static int[] response(ModelConfig config, long seed, int index) {
    return Prompts.text(config, RESPONSE_TOKENS, seed + 1 + index).tokens();
  }

  private static Prompt prompt(Prompt picture, int[]... parts) {
    int[] tokens = picture.tokens();
    for (int[] part : parts) {
      tokens = Ints.concat(tokens, part);
    }
    return Prompt.of(tokens, picture.vision());
  }

  private static Taken median(List<Taken> turns) {
    List<Taken> sorted = new ArrayList<>(turns);
    sorted.sort((a, b) -> Double.compare(a.seconds, b.seconds));
    return sorted.get(sorted.size() / 2);
  }
}
