package io.r1reward.onnx.runtime;

import io.r1reward.InvalidInputException;
import io.r1reward.core.generate.DecoderEngine.PromptState;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.generate.VisionInput;
import io.r1reward.core.model.MediaSpans;
import io.r1reward.core.model.ModelConfig;
import io.r1reward.core.model.RopeIndex;
import io.r1reward.core.model.TextConfig;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.LongStream;

/**
 * Reads prompts one after the other. A prompt that begins like one before it takes over the cache
 * of what they share, and a picture that stands in several is embedded once. Not thread-safe.
 */
final class Prefill {
  /** Tokens that the decoder reads at a time, which bounds the memory of its activations. */
  private static final int CHUNK = 1024;

  private final ModelConfig config;
  private final RopeIndex.Settings settings;
  private final DecoderSession decoder;
  private final VisionTower vision;
  private final EmbeddingTable embedding;
  private final IdentityHashMap<float[], float[]> embedded = new IdentityHashMap<>();
  private final List<OnnxPromptState> states = new ArrayList<>();

  private Prefill(
      ModelConfig config, DecoderSession decoder, VisionTower vision, EmbeddingTable embedding) {
    this.config = config;
    this.settings = config.family().positions(config);
    this.decoder = decoder;
    this.vision = vision;
    this.embedding = embedding;
  }

  /** Reads prompts; if one fails, those before it are closed. */
  static List<PromptState> of(
      List<Prompt> prompts,
      ModelConfig config,
      DecoderSession decoder,
      VisionTower vision,
      EmbeddingTable embedding) {
    return List.copyOf(states(prompts, config, decoder, vision, embedding, decoder::run));
  }

  /** Reads prompts, and returns the hidden state of each one's last token, {@code [hidden]}. */
  static List<float[]> hidden(
      List<Prompt> prompts,
      ModelConfig config,
      DecoderSession decoder,
      VisionTower vision,
      EmbeddingTable embedding) {
    List<OnnxPromptState> states =
        states(prompts, config, decoder, vision, embedding, decoder::hidden);
    states.forEach(OnnxPromptState::close);
    return states.stream().map(OnnxPromptState::logits).toList();
  }

  private static List<OnnxPromptState> states(
      List<Prompt> prompts,
      ModelConfig config,
      DecoderSession decoder,
      VisionTower vision,
      EmbeddingTable embedding,
      Function<NewTokens, float[]> last) {
    Prefill prefill = new Prefill(config, decoder, vision, embedding);
    try {
      prompts.forEach(prompt -> prefill.read(prompt, last));
      return List.copyOf(prefill.states);
    } catch (RuntimeException e) {
      prefill.states.forEach(OnnxPromptState::close);
      throw e;
    }
  }

  /**
   * Reads one prompt in chunks that somebody else feeds to a decoder, all logits wanted.
   *
   * @param size tokens of a chunk
   * @param reader runs the decoder over a chunk
   */
  static void read(
      Prompt prompt,
      ModelConfig config,
      DecoderSession decoder,
      VisionTower vision,
      EmbeddingTable embedding,
      int size,
      Consumer<? super NewTokens> reader) {
    Prefill prefill = new Prefill(config, decoder, vision, embedding);
    RopeIndex positions = RopeIndex.of(prompt.tokens(), prompt.vision(), prefill.settings);
    checkTokens(prompt, config.text().vocabularySize());
    MediaSpans spans = MediaSpans.of(prompt, prefill.settings);
    try (KvCache cache = decoder.newCache(1, prompt.length())) {
      for (int begin = 0; begin < prompt.length(); begin += size) {
        int end = Math.min(prompt.length(), begin + size);
        long[] all = LongStream.range(0, end - begin).toArray();
        reader.accept(prefill.chunk(prompt, spans, begin, end, positions, all, cache));
      }
    }
  }

  private void read(Prompt prompt, Function<NewTokens, float[]> runner) {
    RopeIndex positions = RopeIndex.of(prompt.tokens(), prompt.vision(), settings);
    checkTokens(prompt, config.text().vocabularySize());
    int shared = 0;
    OnnxPromptState sharer = null;
    for (OnnxPromptState state : states) {
      int common = MediaSpans.commonPrefix(prompt, state.prompt(), settings);
      if (common > shared) {
        shared = common;
        sharer = state;
      }
    }
    int length = prompt.length();
    // the last token is read again for its logits, and others with it if it must not be alone
    shared = Math.max(0, Math.min(shared, length - decoder.leastRows()));
    KvCache cache = decoder.newCache(1, length);
    try {
      if (sharer != null) {
        cache.copyRow(sharer.cache(), 0, 0, shared);
      }
      MediaSpans spans = MediaSpans.of(prompt, settings);
      float[] logits = {};
      int end;
      for (int begin = shared; begin < length; begin = end) {
        end = Math.min(length, begin + CHUNK);
        if (length - end < decoder.leastRows()) {
          end = length;
        }
        long[] last = {(long) end - begin - 1};
        logits = runner.apply(chunk(prompt, spans, begin, end, positions, last, cache));
      }
      states.add(new OnnxPromptState(prompt, positions.delta(), cache, logits));
    } catch (RuntimeException e) {
      cache.close();
      throw e;
    }
  }

  private NewTokens chunk(
      Prompt prompt,
      MediaSpans spans,
      int begin,
      int end,
      RopeIndex positions,
      long[] wanted,
      KvCache cache) {
    TextConfig text = config.text();
    int width = text.hiddenSize();
    int[] tokens = prompt.tokens();
    float[] embeddings = new float[(end - begin) * width];
    RotaryAngles angles = RotaryAngles.ofText(text, end - begin);
    for (int i = begin; i < end; i++) {
      embedding.get(tokens[i], embeddings, (i - begin) * width);
      angles.add(positions.time()[i], positions.height()[i], positions.width()[i]);
    }
    DeepStack deep = place(spans.between(begin, end), begin, end, embeddings);
    return new NewTokens(embeddings, deep, angles, new int[] {end}, wanted, cache);
  }

  /**
   * Puts the media's embeddings over those of their placeholders.
   *
   * @param embeddings of tokens {@code begin .. end - 1}
   * @return what the media have beside them
   */
  private DeepStack place(List<MediaSpans.Span> spans, int begin, int end, float[] embeddings) {
    int width = config.text().hiddenSize();
    int layers = config.vision().deepStackBlocks().length();
    int count =
        spans.stream()
            .mapToInt(span -> Math.min(end, span.end()) - Math.max(begin, span.begin()))
            .sum();
    float[] values = new float[layers * count * width]; // [k, M, hidden]
    long[] rows = new long[count];
    int at = 0;
    for (MediaSpans.Span span : spans) {
      VisionInput input = span.input();
      float[] features =
          embedded.computeIfAbsent(input.patches(), p -> vision.embed(input)); // [units, (1 + k) H]
      for (int i = Math.max(begin, span.begin()); i < Math.min(end, span.end()); i++) {
        int unit = (span.firstUnit() + i - span.begin()) * (1 + layers) * width;
        System.arraycopy(features, unit, embeddings, (i - begin) * width, width);
        for (int layer = 0; layer < layers; layer++) {
          int from = unit + (1 + layer) * width;
          System.arraycopy(features, from, values, (layer * count + at) * width, width);
        }
        rows[at++] = (long) i - begin;
      }
    }
    return new DeepStack(values, rows);
  }

  /** Refuses ids outside the vocabulary. */
  static void checkTokens(Prompt prompt, int vocabulary) {
    for (int token : prompt.tokens()) {
      if (token < 0 || token >= vocabulary) {
        throw new InvalidInputException(
            "token id " + token + " is outside the vocabulary of " + vocabulary);
      }
    }
  }
}
