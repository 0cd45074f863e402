package io.r1reward.core.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.r1reward.core.checkpoint.TextConfig;
import io.r1reward.core.generate.DecodeBatch;
import io.r1reward.core.generate.DecoderEngine.PromptState;
import io.r1reward.core.generate.Decoding;
import io.r1reward.core.generate.SeenTokens;
import io.r1reward.core.torch.jni.TensorList;
import io.r1reward.core.torch.jni.TorchScript;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Rows that decode together over one preallocated cache, {@code [rows, K, capacity, D]} for k and v
 * of each layer. Rows and capacity grow with what is asked of them.
 */
final class TorchDecodeBatch implements DecodeBatch {
  /**
   * Tokens by which the caches grow. On a CPU attention goes over whole steps, too: its kernel adds
   * up values in blocks of 512, so a row's sums, to the last bit, do not depend on how long other
   * rows are.
   */
  private static final int CAPACITY_STEP = 512;

  private final TorchModel model;
  private final TorchScript script;
  private final TextConfig config;
  private final NDManager manager;
  private final TorchSampler sampler;
  private final int mostRows;
  private final List<Row> rows = new ArrayList<>();

  private List<NDArray> cacheArrays = List.of();
  private @Nullable TensorList caches;
  private int allocatedRows;
  private int capacity;

  TorchDecodeBatch(TorchModel model, int mostRows) {
    this.model = model;
    this.script = model.script();
    this.config = model.config().text();
    this.manager = model.manager().newSubManager();
    this.sampler = new TorchSampler(model);
    this.mostRows = mostRows;
  }

  @Override
  public int rows() {
    return rows.size();
  }

  @Override
  public void add(PromptState state, Decoding decoding, int[] watched) {
    if (rows.size() == mostRows) {
      throw new IllegalStateException("the batch has " + mostRows + " rows, all in use");
    }
    PromptCache prompt = (PromptCache) state;
    int length = prompt.prompt().length();
    TensorList target = caches(rows.size() + 1, length + 1);
    script.run("cache_put", target, prompt.cache(), rows.size());
    NDArray logits = prompt.logits().duplicate(); // [1, V]
    logits.attach(manager);
    rows.add(
        new Row(
            decoding,
            watched,
            SeenTokens.of(config.vocabularySize(), prompt.prompt().tokens()),
            prompt.ropeDelta(),
            length,
            logits));
  }

  @Override
  public void remove(int row) {
    int last = rows.size() - 1;
    Row removed = rows.get(row);
    if (row != last) {
      Row moved = rows.get(last);
      script.run("cache_move", caches(rows.size(), 1), last, row, moved.length());
      rows.set(row, moved);
    }
    rows.remove(last);
    removed.close();
  }

  @Override
  public Step step(double[] uniforms) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray logits = logits(scope); // [B, V]
      Step step = sampler.choose(logits, rows, uniforms, scope);
      for (int i = 0; i < rows.size(); i++) {
        rows.get(i).chose(step.tokens()[i]);
      }
      return step;
    }
  }

  /** Logits behind the last token of every row, {@code [B, V]} float32. */
  private NDArray logits(NDManager scope) {
    List<NDArray> fresh = new ArrayList<>();
    List<Long> freshAt = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      NDArray first = rows.get(i).first();
      if (first != null) {
        fresh.add(first);
        freshAt.add((long) i);
      }
    }
    if (fresh.size() == rows.size()) {
      return script.one(scope, "join", (Object) fresh.toArray(NDArray[]::new));
    }
    NDArray decoded = decode(scope);
    rows.stream().filter(row -> row.first() == null).forEach(Row::ran);
    if (fresh.isEmpty()) {
      return decoded;
    }
    NDArray added = script.one(scope, "join", (Object) fresh.toArray(NDArray[]::new)); // [n, V]
    NDArray at = scope.create(freshAt.stream().mapToLong(Long::longValue).toArray()); // [n]
    return script.one(scope, "with_rows", decoded, at, added);
  }

  /**
   * Runs the decoder over the pending tokens, {@code [B, V]}. Rows that are fresh run along over a
   * token without meaning, whose place in the cache their first token takes later.
   */
  private NDArray decode(NDManager scope) {
    int longest = rows.stream().mapToInt(Row::length).max().orElseThrow();
    TensorList target = caches(rows.size(), longest + 1);
    return script.one(
        scope,
        "decode",
        model.layers(),
        model.top(),
        target,
        column(scope, Row::pending),
        column(scope, Row::position),
        column(scope, Row::length),
        model.device().isGpu() ? longest + 1 : (longest / CAPACITY_STEP + 1) * CAPACITY_STEP,
        model.textFrequencies(),
        config.heads(),
        config.keyValueHeads(),
        config.rmsNormEps());
  }

  private NDArray column(NDManager scope, ToLongFunction<Row> value) {
    return scope.create(rows.stream().mapToLong(value).toArray()); // [B]
  }

  /** Returns caches with room for {@code neededRows} rows of {@code neededLength} tokens. */
  private TensorList caches(int neededRows, int neededLength) {
    if (caches != null && neededRows <= allocatedRows && neededLength <= capacity) {
      return caches;
    }
    int newRows =
        neededRows <= allocatedRows
            ? allocatedRows
            : Math.min(mostRows, Math.max(neededRows, 2 * allocatedRows));
    int newCapacity =
        neededLength <= capacity
            ? capacity
            : (Math.max(neededLength, capacity + capacity / 4) / CAPACITY_STEP + 1) * CAPACITY_STEP;
    NDArray[] grown =
        caches == null
            ? script.call(
                manager,
                "cache_batch",
                model.finalNorm(),
                config.layers(),
                newRows,
                config.keyValueHeads(),
                newCapacity,
                config.headDim())
            : script.call(manager, "cache_grow", caches, newRows, newCapacity);
    if (caches != null) {
      caches.close();
    }
    cacheArrays.forEach(NDArray::close);
    cacheArrays = List.of(grown);
    caches = TensorList.of(cacheArrays);
    allocatedRows = newRows;
    capacity = newCapacity;
    return caches;
  }

  @Override
  public void close() {
    rows.forEach(Row::close);
    rows.clear();
    if (caches != null) {
      caches.close();
    }
    manager.close();
  }
}
