package io.r1reward.examples.bench;

import io.r1reward.core.generate.DecoderEngine;
import io.r1reward.core.generate.DecoderEngine.PromptState;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.model.ModelConfig;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/** What is measured of an open engine, in turns. Bound to the engine's thread. */
final class Measurements {
  private record DecodeCase(int rows, String sampling) {}

  private final BenchSettings settings;
  private final DecoderEngine engine;
  private final EngineWork work;
  private final ModelConfig config;
  private final Prompt prompt;
  private final Rounds rounds = new Rounds();
  private final Map<Integer, Timings> prefill = new TreeMap<>();
  private final Map<DecodeCase, Timings> decode = new LinkedHashMap<>();
  private final Map<Integer, Timings> votes = new TreeMap<>();
  private Timings plain = new Timings();
  private Timings guessed = new Timings();
  private int tokensAhead;

  Measurements(BenchSettings settings, DecoderEngine engine, ModelConfig config) {
    this.settings = settings;
    this.engine = engine;
    this.work = new EngineWork(engine);
    this.config = config;
    this.prompt = Prompts.text(config, settings.lastPromptTokens());
  }

  /** Returns the seconds to a first token; to be called first, before anything is warm. */
  double firstToken() {
    Timings first = new Timings();
    work.prefill(prompt, first);
    return first.min();
  }

  /**
   * Measures all but {@link #firstToken}, and reports it.
   *
   * @param bytes of weights that a decode step reads
   * @return reports, when the machine's memory bandwidth is known, in bytes a second
   */
  Consumer<Double> run(Report report, long bytes, Consumer<String> progress) {
    PictureWork pictures = new PictureWork(config, settings.pixels, work, rounds);
    addPrefill();
    try (PromptState state = work.read(prompt)) {
      addDecode(state);
      addVotes();
      QuotingWork quoting = settings.lookahead > 0 ? quoting(state) : null;
      rounds.run(settings.repeat, progress);
      if (quoting != null) {
        reportQuoting(quoting, report);
      }
    }
    reportPrefill(report);
    pictures.report(report);
    reportShares(pictures, report);
    return bandwidth -> {
      reportDecode(report, bytes, bandwidth);
      reportVotes(report);
    };
  }

  /** Where the time of one judgement goes: the picture, a text as long, and the new tokens. */
  private void reportShares(PictureWork pictures, Report report) {
    int rows = decode.keySet().iterator().next().rows();
    double greedy = greedy(rows).median() * settings.newTokens;
    double drawn =
        Math.max(0, decode(rows, Decodings.DRAWN_NAME).median() * settings.newTokens - greedy);
    double all = pictures.seconds() + pictures.textSeconds() + greedy + drawn;
    report
        .section("judgement")
        .put("rows", rows)
        .put("new_tokens", settings.newTokens)
        .put("all_ms", all * 1e3)
        .put("vision_of_time", pictures.seconds() / all)
        .put("prefill_of_time", pictures.textSeconds() / all)
        .put("decode_of_time", greedy / all)
        .put("sampling_of_time", drawn / all);
  }

  private void addPrefill() {
    for (int tokens : settings.promptTokens) {
      Prompt text = Prompts.text(config, tokens);
      prefill.computeIfAbsent(
          tokens, t -> rounds.add("prefill of " + t, times -> work.prefill(text, times)));
    }
  }

  private void addDecode(PromptState state) {
    for (int rows : new TreeSet<>(settings.batch)) {
      Decodings.COMPARED.forEach(
          (name, decoding) ->
              decode.put(
                  new DecodeCase(rows, name),
                  rounds.add(
                      "decode of " + rows + ", " + name,
                      times -> work.decode(state, rows, decoding, settings.newTokens, times))));
    }
  }

  private QuotingWork quoting(PromptState state) {
    QuotingWork quoting = new QuotingWork(engine, state, settings.newTokens, settings.lookahead);
    plain = rounds.add("a text with quotes", quoting::plain);
    guessed = rounds.add("the same, guessed", times -> tokensAhead = quoting.guessing(times));
    return quoting;
  }

  private void reportQuoting(QuotingWork quoting, Report report) {
    report
        .section("lookahead")
        .put("verified", Boolean.toString(quoting.looksAhead()))
        .put("quoted", settings.lookahead)
        .put("ahead", (double) tokensAhead / settings.newTokens)
        .put("plain_ms_per_token", plain.median() * 1e3)
        .put("guessed_ms_per_token", guessed.median() * 1e3)
        .put("ratio", guessed.median() / plain.median());
  }

  private void addVotes() {
    TreeSet<Integer> counts = new TreeSet<>(settings.votes);
    counts.add(1);
    for (int k : counts) {
      votes.put(
          k,
          rounds.add(
              "vote of " + k,
              times -> work.generate(prompt, k, Decodings.VOTE, settings.newTokens, times)));
    }
  }

  private void reportPrefill(Report report) {
    prefill.forEach(
        (tokens, times) ->
            report
                .row("prefill")
                .put("tokens", tokens)
                .putMillis(times)
                .put("tokens_per_s", tokens / times.median()));
  }

  private void reportDecode(Report report, long bytes, double bandwidth) {
    decode.forEach(
        (what, times) ->
            report
                .row("decode")
                .put("rows", what.rows)
                .put("sampling", what.sampling)
                .putMillis(times)
                .put("over_greedy", times.median() / greedy(what.rows).median())
                .put("tokens_per_s", what.rows / times.median())
                .put("weights_gb_per_s", bytes / times.median() / 1e9)
                .put("of_memory_read", bytes / times.median() / bandwidth));
  }

  private Timings greedy(int rows) {
    return decode(rows, Decodings.GREEDY_NAME);
  }

  private Timings decode(int rows, String sampling) {
    return decode.entrySet().stream()
        .filter(entry -> entry.getKey().equals(new DecodeCase(rows, sampling)))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElseThrow();
  }

  private void reportVotes(Report report) {
    votes.forEach(
        (k, times) ->
            report
                .row("vote")
                .put("judgements", k)
                .put("prompt_tokens", prompt.length())
                .put("new_tokens", settings.newTokens)
                .putMillis(times)
                .put("over_one", times.median() / votes.values().iterator().next().median()));
  }
}
