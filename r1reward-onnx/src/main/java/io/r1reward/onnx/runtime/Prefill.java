package io.r1reward.onnx.runtime;

import io.r1reward.InvalidInputException;
import io.r1reward.core.generate.DecoderEngine.PromptState;
import io.r1reward.core.generate.Prompt;
import io.r1reward.core.generate.VisionInput;
import io.r1reward.core.model.ModelConfig;
import io.r1reward.core.model.RopeIndex;
import io.r1reward.core.model.TextConfig;
import java.util.ArrayList;
import java.util.Arrays;
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
  private final DecoderSession decoder;
  private final VisionTower vision;
  private final EmbeddingTable embedding;
  private final IdentityHashMap<float[], float[]> embedded = new IdentityHashMap<>();
  private final List<OnnxPromptState> states = new ArrayList<>();

  private Prefill(
      ModelConfig config, DecoderSession decoder, VisionTower vision, EmbeddingTable embedding) {
    this.config = config;
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
    RopeIndex positions =
        RopeIndex.of(prompt.tokens(), prompt.vision(), config.family().positions(config));
    checkTokens(prompt, config.text().vocabularySize());
    float[] embeddings = prefill.embeddings(prompt, 0);
    try (KvCache cache = decoder.newCache(1, prompt.length())) {
      for (int begin = 0; begin < prompt.length(); begin += size) {
        int end = Math.min(prompt.length(), begin + size);
        long[] all = LongStream.range(0, end - begin).toArray();
        reader.accept(prefill.chunk(embeddings, 0, begin, end, positions, all, cache));
      }
    }
  }

  private void read(Prompt prompt, Function<NewTokens, float[]> runner) {
    RopeIndex positions =
        RopeIndex.of(prompt.tokens(), prompt.vision(), config.family().positions(config));
    checkTokens(prompt, config.text().vocabularySize());
    int shared = 0;
    OnnxPromptState sharer = null;
    for (OnnxPromptState state : states) {
      int common = commonPrefix(prompt, state.prompt());
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
      float[] embeddings = embeddings(prompt, shared); // [length - shared, hidden]
      float[] logits = {};
      int end;
      for (int begin = shared; begin < length; begin = end) {
        end = Math.min(length, begin + CHUNK);
        if (length - end < decoder.leastRows()) {
          end = length;
        }
        long[] last = {(long) end - begin - 1};
        logits = runner.apply(chunk(embeddings, shared, begin, end, positions, last, cache));
      }
      states.add(new OnnxPromptState(prompt, positions.delta(), cache, logits));
    } catch (RuntimeException e) {
      cache.close();
      throw e;
    }
  }

  private NewTokens chunk(
      float[] embeddings,
      int first,
      int begin,
      int end,
      RopeIndex positions,
      long[] wanted,
      KvCache cache) {
    TextConfig text = config.text();
    int width = text.hiddenSize();
    float[] chunk = Arrays.copyOfRange(embeddings, (begin - first) * width, (end - first) * width);
    RotaryAngles angles = RotaryAngles.ofText(text, end - begin);
    for (int i = begin; i < end; i++) {
      angles.add(positions.time()[i], positions.height()[i], positions.width()[i]);
    }
    return new NewTokens(chunk, angles, new int[] {end}, wanted, cache);
  }

  private float[] embeddings(Prompt prompt, int from) {
    int width = config.text().hiddenSize();
    int[] tokens = prompt.tokens();
    float[] embeddings = new float[(tokens.length - from) * width];
    int medium = 0;
    int at = 0;
    while (at < tokens.length) {
      if (!isPlaceholder(tokens[at])) {
        if (at >= from) {
          embedding.get(tokens[at], embeddings, (at - from) * width);
        }
        at++;
        continue;
      }
      VisionInput input = prompt.vision().get(medium++);
      int merge = config.vision().spatialMergeSize();
      int units = input.patchCount() / (merge * merge);
      if (at + units > from) {
        float[] features = embedded.computeIfAbsent(input.patches(), p -> vision.embed(input));
        int skipped = Math.max(0, from - at);
        System.arraycopy(
            features,
            skipped * width,
            embeddings,
            (at + skipped - from) * width,
            (units - skipped) * width);
      }
      at += units;
    }
    return embeddings;
  }

  /** Returns how many tokens two prompts have in common, with the media that stand there. */
  private int commonPrefix(Prompt a, Prompt b) {
    int tokens = Arrays.mismatch(a.tokens(), b.tokens());
    int common = tokens < 0 ? a.length() : tokens;
    int medium = 0;
    int at = 0;
    while (at < common) {
      if (!isPlaceholder(a.tokens()[at])) {
        at++;
        continue;
      }
      VisionInput ofA = a.vision().get(medium);
      VisionInput ofB = b.vision().get(medium++);
      if (!sameMedium(ofA, ofB)) {
        return at;
      }
      int merge = config.vision().spatialMergeSize();
      at += ofA.patchCount() / (merge * merge);
    }
    return common;
  }

  private static boolean sameMedium(VisionInput a, VisionInput b) {
    return a.kind() == b.kind()
        && a.gridT() == b.gridT()
        && a.gridH() == b.gridH()
        && a.gridW() == b.gridW()
        && a.secondsPerGrid() == b.secondsPerGrid()
        && (a.patches() == b.patches() || Arrays.equals(a.patches(), b.patches()));
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

  private boolean isPlaceholder(int token) {
    return token == config.imageTokenId() || token == config.videoTokenId();
  }
}
