package io.r1reward.onnx.runtime;

import io.r1reward.core.generate.DecodeBatch;
import io.r1reward.core.generate.DecoderEngine.PromptState;
import io.r1reward.core.generate.Decoding;
import io.r1reward.core.generate.TokenSampler;
import io.r1reward.core.model.TextConfig;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows that are decoded together over one cache, each with a length of its own. Not thread-safe.
 */
final class OnnxBatch implements DecodeBatch {
  /** Places that the cache grows by at least; growing copies it. */
  private static final int GROWTH = 256;

  private final TextConfig config;
  private final DecoderSession decoder;
  private final EmbeddingTable embedding;
  private final int capacity;
  private final TokenSampler sampler;
  private final List<Row> rows = new ArrayList<>();
  private final KvCache cache;
  private float[] logits = {};

  /** A row and the logits that decide its first token. */
  @SuppressWarnings("ArrayRecordComponent") // the prompt state's own
  private record Row(BatchRow state, float[] promptLogits) {}

  OnnxBatch(TextConfig config, DecoderSession decoder, EmbeddingTable embedding, int capacity) {
    this.config = config;
    this.decoder = decoder;
    this.embedding = embedding;
    this.capacity = capacity;
    this.sampler = new TokenSampler(config.vocabularySize());
    this.cache = decoder.newCache(1, GROWTH);
  }

  @Override
  public int rows() {
    return rows.size();
  }

  @Override
  public void add(PromptState state, Decoding decoding, int[] watched) {
    if (rows.size() == capacity) {
      throw new IllegalStateException("the batch has " + capacity + " rows, all in use");
    }
    OnnxPromptState prompt = (OnnxPromptState) state;
    BatchRow begun =
        new BatchRow(prompt.prompt(), prompt.delta(), decoding, watched, config.vocabularySize());
    Row row = new Row(begun, prompt.logits());
    reserve(rows.size() + 1, begun.length() + 1);
    cache.copyRow(prompt.cache(), 0, rows.size(), begun.length());
    rows.add(row);
  }

  @Override
  public void remove(int row) {
    int last = rows.size() - 1;
    if (row != last) {
      cache.copyRow(cache, last, row, rows.get(last).state().length());
      rows.set(row, rows.get(last));
    }
    rows.remove(last);
  }

  @Override
  public Step step(double[] uniforms) {
    boolean decodes = rows.stream().anyMatch(row -> !row.state().isFresh());
    if (decodes) {
      logits = decode(); // [rows, vocabulary]
    }
    int count = rows.size();
    int[] tokens = new int[count];
    float[] logProbabilities = new float[count];
    float[][] watched = new float[count][];
    for (int i = 0; i < count; i++) {
      Row row = rows.get(i);
      boolean fresh = row.state().isFresh();
      if (!fresh) {
        row.state().grow();
      }
      TokenSampler.Choice choice =
          row.state()
              .choose(
                  sampler,
                  fresh ? row.promptLogits() : logits,
                  fresh ? 0 : i * config.vocabularySize(),
                  uniforms[i]);
      tokens[i] = choice.token();
      logProbabilities[i] = choice.logProbability();
      watched[i] = choice.watched();
    }
    return new Step(tokens, logProbabilities, watched);
  }

  /**
   * Runs the decoder over the last token of every row. A row that has none yet takes part with a
   * token whose keys and values its own first token replaces. Too few rows run beside copies of the
   * first one's token, in a place of the cache that the next row overwrites.
   */
  private float[] decode() {
    int count = Math.max(rows.size(), decoder.leastRows());
    int width = config.hiddenSize();
    float[] embeddings = new float[count * width]; // [rows, 1, hidden]
    RotaryAngles angles = RotaryAngles.ofText(config, count);
    int[] lengths = new int[count];
    long[] wanted = new long[count];
    int longest = 0;
    for (int i = 0; i < count; i++) {
      boolean copy = i >= rows.size();
      BatchRow row = rows.get(copy ? 0 : i).state();
      embedding.get(row.lastToken(), embeddings, i * width);
      int position = row.position();
      angles.add(position, position, position);
      lengths[i] = copy ? 1 : row.length() + 1;
      wanted[i] = i;
      longest = Math.max(longest, lengths[i]);
    }
    reserve(count, longest);
    return decoder.run(
        new NewTokens(embeddings, DeepStack.NONE, angles, lengths, wanted, cache), logits);
  }

  private void reserve(int wantedRows, int wantedPlaces) {
    if (wantedRows <= cache.rows() && wantedPlaces <= cache.places()) {
      return;
    }
    int moreRows =
        wantedRows <= cache.rows()
            ? cache.rows()
            : Math.max(wantedRows, Math.min(capacity, 2 * wantedRows));
    int morePlaces =
        wantedPlaces <= cache.places()
            ? cache.places()
            : wantedPlaces + Math.max(GROWTH, wantedPlaces / 8);
    cache.reserve(
        moreRows, morePlaces, rows.stream().mapToInt(row -> row.state().length()).toArray());
  }

  @Override
  public void close() {
    cache.close();
  }
}
