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
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.DoubleStream;
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

  private static final int[] NO_GUESSES = {};

  private final TorchModel model;
  private final TorchScript script;
  private final TextConfig config;
  private final NDManager manager;
  private final TorchSampler sampler;
  private final int mostRows;
  private final boolean shares;
  private final List<Row> rows = new ArrayList<>();

  private @Nullable PromptGroups groups;

  /** How many tokens of each row the groups are made for. */
  private int[] grouped = NO_GUESSES;

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
    List<Query> queries = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      queries.add(new Query(rows.get(i), i, NO_GUESSES, 0));
    }
    Step step = choose(queries, uniforms);
    for (int i = 0; i < rows.size(); i++) {
      rows.get(i).chose(step.tokens()[i]);
    }
    return step;
  }

  @Override
  public boolean looksAhead() {
    return shares && model.rowsAreApart();
  }

  @Override
  public List<Step> stepAhead(double[][] uniforms, int[][] guesses) {
    if (!shares && Arrays.stream(guesses).anyMatch(ahead -> ahead.length > 0)) {
      throw new IllegalStateException("rows that hold copies of their prompts take no guesses");
    }
    List<Query> queries = new ArrayList<>();
    DoubleStream.Builder numbers = DoubleStream.builder();
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      int ahead = row.first() == null ? guesses[i].length : 0;
      for (int j = 0; j <= ahead; j++) {
        queries.add(new Query(row, i, guesses[i], j));
        numbers.add(uniforms[i][j]);
      }
    }
    Step all = choose(queries, numbers.build().toArray());
    List<Step> steps = new ArrayList<>();
    int first = 0;
    for (Row row : rows) {
      int end = first + 1;
      while (end < queries.size() && queries.get(end).follows(all.tokens()[end - 1])) {
        end++;
      }
      steps.add(all.slice(first, end));
      row.ran(end - first - 1);
      Arrays.stream(all.tokens(), first, end).forEach(row::chose);
      first = end;
      while (first < queries.size() && queries.get(first).ahead() > 0) {
        first++;
      }
    }
    return steps;
  }

  /** Chooses a token behind every query. */
  private Step choose(List<Query> queries, double[] uniforms) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray logits = logits(queries, scope); // [Q, V]
      return sampler.choose(logits, queries.stream().map(Query::draw).toList(), uniforms, scope);
    }
  }

  /**
   * A token that runs: a row's pending one, or a guess behind it.
   *
   * @param place the row's place among the rows
   * @param guesses of the row
   * @param ahead how many of them run up to here
   */
  @SuppressWarnings("ArrayRecordComponent") // read while the step lasts
  private record Query(Row row, int place, int[] guesses, int ahead) {

    int token() {
      return ahead == 0 ? row.pending() : guesses[ahead - 1];
    }

    int position() {
      return row.position() + ahead;
    }

    /** Tokens before it in the row's own cache. */
    int length() {
      return row.own() + ahead;
    }

    /** Whether it is of the same row as what is before it, and guessed that to be this token. */
    boolean follows(int chosen) {
      return ahead > 0 && token() == chosen;
    }

    Draw draw() {
      return ahead == 0 ? row.draw() : row.draw(guesses, ahead);
    }
  }

  /** Logits behind every query, {@code [Q, V]} float32. */
  private NDArray logits(List<Query> queries, NDManager scope) {
    List<NDArray> fresh = new ArrayList<>();
    List<Long> freshAt = new ArrayList<>();
    for (int i = 0; i < queries.size(); i++) {
      NDArray first = queries.get(i).row().first();
      if (first != null) {
        fresh.add(first);
        freshAt.add((long) i);
      }
    }
    if (fresh.size() == queries.size()) {
      return script.one(scope, "join", (Object) fresh.toArray(NDArray[]::new));
    }
    NDArray decoded = decode(queries, scope);
    rows.stream().filter(row -> row.first() == null).forEach(row -> row.ran(1));
    if (fresh.isEmpty()) {
      return decoded;
    }
    NDArray added = script.one(scope, "join", (Object) fresh.toArray(NDArray[]::new)); // [n, V]
    NDArray at = scope.create(freshAt.stream().mapToLong(Long::longValue).toArray()); // [n]
    return script.one(scope, "with_rows", decoded, at, added);
  }

  /**
   * Runs the decoder over the queries' tokens, {@code [Q, V]}. Rows that are fresh run along over a
   * token without meaning, whose place in the cache their first token takes later.
   */
  private NDArray decode(List<Query> queries, NDManager scope) {
    int longest = queries.stream().mapToInt(Query::length).max().orElseThrow();
    TensorList own = caches(rows.size(), longest + 1);
    PromptGroups prompts = groups(queries);
    return script.one(
        scope,
        "decode",
        model.layers(),
        model.top(),
        own,
        column(queries, scope, Query::token),
        column(queries, scope, Query::position),
        column(queries, scope, Query::length),
        column(queries, scope, Query::place),
        shares ? runs(queries) : new long[] {rows.size(), 0, longest + 1},
        prompts.caches(),
        prompts.rowsOf(),
        prompts.order(),
        model.textFrequencies(),
        config.heads(),
        config.keyValueHeads(),
        config.rmsNormEps());
  }

  /**
   * Rows next to each other with as many own tokens: how many, the place of the first, and the
   * places with the next. A guess is a run of its own.
   */
  private static long[] runs(List<Query> queries) {
    LongStream.Builder runs = LongStream.builder();
    for (int first = 0, i = 1; i <= queries.size(); i++) {
      Query begin = queries.get(first);
      if (i == queries.size()
          || queries.get(i).length() != begin.length()
          || queries.get(i).ahead() > 0
          || begin.ahead() > 0) {
        runs.add(i - first).add(begin.place()).add(begin.length() + 1);
        first = i;
      }
    }
    return runs.build().toArray();
  }

  private static NDArray column(List<Query> queries, NDManager scope, ToLongFunction<Query> value) {
    return scope.create(queries.stream().mapToLong(value).toArray()); // [Q]
  }

  private PromptGroups groups(List<Query> queries) {
    int[] counts = new int[rows.size()];
    queries.forEach(query -> counts[query.place()]++);
    PromptGroups current = groups;
    if (current == null || !Arrays.equals(counts, grouped)) {
      forgetGroups();
      current =
          shares
              ? PromptGroups.of(queries.stream().map(Query::row).toList(), manager)
              : PromptGroups.none(model, manager);
      groups = current;
      grouped = counts;
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
