package io.r1reward.onnx.runtime;

import static java.util.Objects.requireNonNull;

import com.google.common.hash.HashCode;
import io.r1reward.InvalidInputException;
import io.r1reward.core.generate.DecoderEngine.PromptState;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.generate.VisionInput;
import io.r1reward.core.model.MediaSpans;
import io.r1reward.core.model.ModelConfig;
import io.r1reward.core.model.RopeIndex;
import io.r1reward.core.model.TextConfig;
import io.r1reward.core.prefix.MediaKeys;
import io.r1reward.core.prefix.PrefixCache;
import io.r1reward.core.prefix.PromptBlocks;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads prompts one after the other, block by block, each from where it parts from what was read
 * before; a picture that stands in known blocks is not embedded. Not thread-safe.
 */
final class Prefill implements AutoCloseable {
  /** Tokens that the decoder reads at a time, which bounds the memory of its activations. */
  static final int BLOCK = 256;

  private final ModelConfig config;
  private final RopeIndex.Settings settings;
  private final DecoderSession decoder;
  private final VisionTower vision;
  private final EmbeddingTable embedding;
  private final MediaKeys keys = new MediaKeys();
  private final PrefixCache<Kept> cache;

  /** Embeddings of the pictures of one call. */
  private final IdentityHashMap<float[], float[]> embedded = new IdentityHashMap<>();

  /**
   * A reader over what it is given.
   *
   * @param cacheBytes most bytes that are kept between calls
   */
  Prefill(
      ModelConfig config,
      DecoderSession decoder,
      VisionTower vision,
      EmbeddingTable embedding,
      long cacheBytes) {
    this.config = config;
    this.settings = config.family().positions(config);
    this.decoder = decoder;
    this.vision = vision;
    this.embedding = embedding;
    this.cache = new PrefixCache<>(cacheBytes);
  }

  /**
   * What is kept of a block.
   *
   * @param tokens keys and values, in row 0
   * @param logits behind the last token where the prompt ends there, {@code [vocabulary]}
   */
  @SuppressWarnings("ArrayRecordComponent") // shared, never changed
  private record Kept(KvCache tokens, float @Nullable [] logits) implements PrefixCache.Block {

    @Override
    public long bytes() {
      return tokens.bytes() + (logits == null ? 0 : (long) logits.length * Float.BYTES);
    }

    @Override
    public void close() {
      tokens.close();
    }
  }

  /** Reads prompts; if one fails, those before it are closed. */
  List<PromptState> states(List<Prompt> prompts) {
    return List.copyOf(read(prompts, decoder::run, true));
  }

  /** Reads prompts, and returns the hidden state of each one's last token, {@code [hidden]}. */
  List<float[]> hidden(List<Prompt> prompts) {
    List<OnnxPromptState> states = read(prompts, decoder::hidden, false);
    states.forEach(OnnxPromptState::close);
    return states.stream().map(OnnxPromptState::logits).toList();
  }

  private List<OnnxPromptState> read(
      List<Prompt> prompts, Function<NewTokens, float[]> last, boolean whole) {
    List<PromptBlocks> blocks = new ArrayList<>();
    for (Prompt prompt : prompts) {
      checkTokens(prompt, config.text().vocabularySize());
      blocks.add(PromptBlocks.of(prompt, settings, BLOCK, keys));
    }
    List<OnnxPromptState> states = new ArrayList<>();
    cache.await(blocks);
    try {
      for (int i = 0; i < prompts.size(); i++) {
        states.add(read(prompts.get(i), blocks.get(i), last, whole));
        cache.read(blocks.get(i));
      }
      return states;
    } catch (RuntimeException | Error e) {
      blocks.subList(states.size(), blocks.size()).forEach(cache::read);
      states.forEach(OnnxPromptState::close);
      throw e;
    } finally {
      embedded.clear();
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
    Prefill prefill = new Prefill(config, decoder, vision, embedding, 0);
    MediaSpans spans = MediaSpans.of(prompt, prefill.settings);
    RopeIndex positions = RopeIndex.of(prompt.length(), spans, prefill.settings);
    checkTokens(prompt, config.text().vocabularySize());
    try (KvCache cache = decoder.newCache(1, prompt.length())) {
      for (int begin = 0; begin < prompt.length(); begin += size) {
        int end = Math.min(prompt.length(), begin + size);
        long[] all = LongStream.range(0, end - begin).toArray();
        reader.accept(prefill.chunk(prompt, spans, begin, end, positions, all, cache));
      }
    }
  }

  /**
   * Reads one prompt.
   *
   * @param whole whether its end is kept, too, with what {@code last} gives
   */
  private OnnxPromptState read(
      Prompt prompt, PromptBlocks blocks, Function<NewTokens, float[]> last, boolean whole) {
    RopeIndex positions = RopeIndex.of(prompt.length(), blocks.spans(), settings);
    List<Kept> known = cache.leading(blocks);
    int first = whole ? known.size() : Math.min(known.size(), blocks.count() - 1);
    KvCache tokens = decoder.newCache(1, prompt.length());
    try {
      for (int block = 0; block < first; block++) {
        int count = blocks.begin(block + 1) - blocks.begin(block);
        tokens.copyTokens(known.get(block).tokens(), 0, blocks.begin(block), count);
      }
      float[] logits = first < blocks.count() ? null : known.get(first - 1).logits();
      for (int block = first; block < blocks.count(); block++) {
        int from = blocks.begin(block);
        int to = blocks.begin(block + 1);
        long[] wanted = {(long) to - from - 1};
        logits = last.apply(chunk(prompt, blocks.spans(), from, to, positions, wanted, tokens));
        boolean ends = block + 1 == blocks.count();
        if (!ends || whole) {
          keep(blocks.keys().get(block), tokens, from, to - from, ends ? logits : null);
        }
      }
      return new OnnxPromptState(
          prompt, positions.delta(), tokens, requireNonNull(logits), blocks.begin(first));
    } catch (RuntimeException | Error e) {
      tokens.close();
      throw e;
    }
  }

  private void keep(HashCode key, KvCache tokens, int from, int count, float @Nullable [] logits) {
    if (!cache.takes(key)) {
      return;
    }
    KvCache own = decoder.newCache(1, count);
    own.copyTokens(tokens, from, 0, count);
    cache.put(key, new Kept(own, logits));
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

  @Override
  public void close() {
    cache.close();
  }
}
