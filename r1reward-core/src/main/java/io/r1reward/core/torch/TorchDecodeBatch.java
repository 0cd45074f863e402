package io.r1reward.core.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.r1reward.core.generate.DecodeBatch;
import io.r1reward.core.generate.DecoderEngine.PromptState;
import io.r1reward.core.generate.Decoding;
import io.r1reward.core.model.TextConfig;
import io.r1reward.core.torch.jni.TensorList;
import io.r1reward.core.torch.jni.TorchScript;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Rows that decode together. Where prompts are shared (on a CPU), a prompt's cache stands once for
 * all rows behind it, and a row has a cache for its completion alone; else a row's own cache holds
 * a copy of its prompt, too. The own caches are preallocated, {@code [rows, K, capacity, D]} for k
 * and v of each layer; rows and capacity grow with what is asked of them.
 *
 * <p>Where prompts are shared, a row's numbers are the same to the last bit whatever the other rows
 * are: its attention is computed over its prompt and over its completion apart, also where it is
 * alone, and the two are put together.
 */
final class TorchDecodeBatch implements DecodeBatch {
  /** Tokens by which own caches grow that hold completions alone, or prompts, too. */
  private static final int OWN_STEP = 128;

  private static final int WHOLE_STEP = 512;

  private final TorchModel model;
  private final TorchScript script;
  private final TextConfig config;
  private final NDManager manager;
  private final TorchSampler sampler;
  private final int mostRows;
  private final boolean shares;
  private final List<Row> rows = new ArrayList<>();

  private @Nullable PromptGroups groups;
  private @Nullable TensorList caches;
  private int allocatedRows;
  private int capacity;

  /**
   * An empty batch.
   *
   * @param shares whether prompts are shared, which only a CPU can
   */
  TorchDecodeBatch(TorchModel model, int mostRows, boolean shares) {
    this.model = model;
    this.script = model.script();
    this.config = model.config().text();
    this.manager = model.manager().newSubManager();
    this.sampler = new TorchSampler(model);
    this.mostRows = mostRows;
    this.shares = shares;
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
    if (!shares) {
      TensorList target = caches(rows.size() + 1, prompt.prompt().length() + 1);
      try (TensorList source = prompt.list()) {
        script.run("cache_put", target, source, rows.size());
      }
    }
    rows.add(new Row(decoding, watched, prompt, config.vocabularySize(), shares));
    forgetGroups();
  }

  @Override
  public void remove(int row) {
    int last = rows.size() - 1;
    Row removed = rows.get(row);
    if (row != last) {
      Row moved = rows.get(last);
      script.run("cache_move", caches(rows.size(), 1), last, row, moved.own());
      rows.set(row, moved);
    }
    rows.remove(last);
    forgetGroups();
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
    int longest = rows.stream().mapToInt(Row::own).max().orElseThrow();
    TensorList own = caches(rows.size(), longest + 1);
    PromptGroups prompts = groups();
    return script.one(
        scope,
        "decode",
        model.layers(),
        model.top(),
        own,
        column(scope, Row::pending),
        column(scope, Row::position),
        column(scope, Row::own),
        shares ? runs() : new long[] {rows.size(), longest + 1},
        prompts.caches(),
        prompts.rowsOf(),
        prompts.order(),
        model.textFrequencies(),
        config.heads(),
        config.keyValueHeads(),
        config.rmsNormEps());
  }

  /** Rows next to each other with as many own tokens: how many, and the places with the next. */
  private long[] runs() {
    LongStream.Builder runs = LongStream.builder();
    for (int first = 0, i = 1; i <= rows.size(); i++) {
      if (i == rows.size() || rows.get(i).own() != rows.get(first).own()) {
        runs.add(i - first).add(rows.get(first).own() + 1);
        first = i;
      }
    }
    return runs.build().toArray();
  }

  private NDArray column(NDManager scope, ToLongFunction<Row> value) {
    return scope.create(rows.stream().mapToLong(value).toArray()); // [B]
  }

  private PromptGroups groups() {
    PromptGroups current = groups;
    if (current == null) {
      current = shares ? PromptGroups.of(rows, manager) : PromptGroups.none(model, manager);
      groups = current;
    }
    return current;
  }

  private void forgetGroups() {
    if (groups != null) {
      groups.close();
      groups = null;
    }
  }

  /** Returns own caches with room for {@code neededRows} rows of {@code neededLength} tokens. */
  private TensorList caches(int neededRows, int neededLength) {
    TensorList current = caches;
    if (current != null && neededRows <= allocatedRows && neededLength <= capacity) {
      return current;
    }
    int newRows =
        neededRows <= allocatedRows
            ? allocatedRows
            : Math.min(mostRows, Math.max(neededRows, 2 * allocatedRows));
    int step = shares ? OWN_STEP : WHOLE_STEP;
    int newCapacity =
        neededLength <= capacity
            ? capacity
            : (Math.max(neededLength, capacity + capacity / 4) + step - 1) / step * step;
    if (current == null) {
      try (NDManager scope = manager.newSubManager()) {
        current =
            TensorList.of(
                List.of(
                    script.call(
                        scope,
                        "cache_batch",
                        model.finalNorm(),
                        config.layers(),
                        newRows,
                        config.keyValueHeads(),
                        newCapacity,
                        config.headDim())));
      }
      caches = current;
    } else {
      script.run("cache_grow", current, newRows, newCapacity);
    }
    allocatedRows = newRows;
    capacity = newCapacity;
    return current;
  }

  @Override
  public void close() {
    forgetGroups();
    rows.forEach(Row::close);
    rows.clear();
    if (caches != null) {
      caches.close();
      caches = null;
    }
    manager.close();
  }
}
