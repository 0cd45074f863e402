package io.r1reward.core.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.r1reward.EngineException;
import io.r1reward.core.generate.DecodeBatch.Step;
import io.r1reward.core.generate.Decoding;
import io.r1reward.core.generate.SeenTokens;
import io.r1reward.core.generate.TokenSampler;
import io.r1reward.core.torch.jni.TorchScript;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Chooses tokens where the logits are, so that only a few numbers per row leave the device. Gives
 * the tokens that {@link TokenSampler} gives; rows whose rule needs more of the distribution than
 * was fetched are left to it.
 */
final class TorchSampler {
  /** Candidates fetched beyond top-k, because scores equal to the k-th are kept. */
  private static final int SPARE = 24;

  /** Candidates fetched for top-p without top-k, and the largest top-k chosen this way. */
  private static final int MOST_CANDIDATES = 1024;

  private final TorchScript script;
  private final int vocabularySize;

  /** What a row's rule needs to see. */
  private enum View {
    ARGMAX,
    ALL,
    TOP,
    JAVA
  }

  TorchSampler(TorchModel model) {
    this.script = model.script();
    this.vocabularySize = model.config().text().vocabularySize();
  }

  /**
   * Chooses a token for every row.
   *
   * @param logits {@code [B, V]} float32
   * @param uniforms {@code [B]}
   */
  Step choose(NDArray logits, List<Draw> rows, double[] uniforms, NDManager scope) {
    Map<View, List<Integer>> byView = new EnumMap<>(View.class);
    for (int i = 0; i < rows.size(); i++) {
      byView.computeIfAbsent(view(rows.get(i).decoding()), view -> new ArrayList<>()).add(i);
    }
    Step step = new Step(new int[rows.size()], new float[rows.size()], new float[rows.size()][]);
    byView.forEach(
        (view, indices) -> {
          NDArray part =
              indices.size() == rows.size()
                  ? logits
                  : script.one(
                      scope,
                      "rows",
                      logits,
                      scope.create(indices.stream().mapToLong(i -> i).toArray()));
          Group group = new Group(part, indices, rows, uniforms, scope);
          switch (view) {
            case ARGMAX -> greedy(group, step);
            case ALL -> any(group, step);
            case TOP -> top(group, step);
            case JAVA -> indices.forEach(i -> inJava(group, i, step));
          }
        });
    return step;
  }

  private static View view(Decoding decoding) {
    if (decoding.isGreedy()) {
      return View.ARGMAX;
    } else if (decoding.reportedTemperature() != 1
        && (decoding.topK() > 0 || decoding.topP() < 1)) {
      return View.JAVA;
    } else if (decoding.topK() > 0) {
      return decoding.topK() <= MOST_CANDIDATES ? View.TOP : View.JAVA;
    }
    return decoding.topP() < 1 ? View.TOP : View.ALL;
  }

  /** Rows that are chosen alike. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Group(
      NDArray logits, List<Integer> indices, List<Draw> rows, double[] uniforms, NDManager scope) {

    Draw row(int i) {
      return rows.get(indices.get(i));
    }

    int size() {
      return indices.size();
    }

    NDArray floats(ToDoubleFunction<Decoding> value) {
      float[] values = new float[size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) value.applyAsDouble(row(i).decoding());
      }
      return scope.create(FloatBuffer.wrap(values), new Shape(size(), 1)); // [B, 1]
    }

    NDArray doubles() {
      double[] values = indices.stream().mapToDouble(i -> uniforms[i]).toArray();
      return scope.create(
          DoubleBuffer.wrap(values), new Shape(size(), 1), DataType.FLOAT64); // [B, 1]
    }

    int mostWatched() {
      return indices.stream().mapToInt(i -> rows.get(i).watched().length).max().orElse(0);
    }

    /** Watched ids, shorter rows filled up with id 0, {@code [B, watched]}. */
    NDArray watched() {
      int width = mostWatched();
      long[] ids = new long[size() * width];
      for (int i = 0; i < size(); i++) {
        int[] own = row(i).watched();
        for (int j = 0; j < own.length; j++) {
          ids[i * width + j] = own[j];
        }
      }
      return longs(ids, width);
    }

    /** Seen ids, shorter rows filled up with their own first, {@code [B, most]}. */
    NDArray seen() {
      int width = indices.stream().mapToInt(i -> rows.get(i).seen().size()).max().orElseThrow();
      long[] ids = new long[size() * width];
      for (int i = 0; i < size(); i++) {
        SeenTokens own = row(i).seen();
        for (int j = 0; j < width; j++) {
          ids[i * width + j] = own.id(j < own.size() ? j : 0);
        }
      }
      return longs(ids, width);
    }

    private NDArray longs(long[] values, int width) {
      return scope.create(LongBuffer.wrap(values), new Shape(size(), width), DataType.INT64);
    }
  }

  private NDArray scores(Group group) {
    boolean penalty =
        group.indices.stream().anyMatch(i -> group.rows.get(i).decoding().repetitionPenalty() != 1);
    return penalty
        ? script.one(
            group.scope,
            "penalise",
            group.logits,
            group.seen(),
            group.floats(Decoding::repetitionPenalty))
        : group.logits; // [B, V]
  }

  /** The logits whose log-probabilities are reported. */
  private NDArray reported(Group group) {
    boolean tempered =
        group.indices.stream()
            .anyMatch(i -> group.rows.get(i).decoding().reportedTemperature() != 1);
    return tempered
        ? script.one(
            group.scope, "divide", group.logits, group.floats(Decoding::reportedTemperature))
        : group.logits; // [B, V]
  }

  private void greedy(Group group, Step step) {
    NDArray report =
        script.one(group.scope, "choose_greedy", group.logits, scores(group), group.watched());
    fill(group, report.toDoubleArray(), step);
  }

  private void any(Group group, Step step) {
    NDArray report =
        script.one(
            group.scope,
            "choose_any",
            reported(group),
            scores(group),
            group.floats(Decoding::temperature),
            group.floats(Decoding::minP),
            group.doubles(),
            group.watched());
    fill(group, report.toDoubleArray(), step);
  }

  /** Takes over {@code [B, 2 + watched]}: token, its log-probability, watched log-probabilities. */
  private void fill(Group group, double[] report, Step step) {
    int width = 2 + group.mostWatched();
    for (int i = 0; i < group.size(); i++) {
      int at = i * width;
      put(group, i, (int) report[at], report[at + 1], report, at + 2, step);
    }
  }

  private void top(Group group, Step step) {
    int n = 0;
    for (int i = 0; i < group.size(); i++) {
      Decoding decoding = group.row(i).decoding();
      n = Math.max(n, decoding.topK() > 0 ? decoding.topK() + SPARE : MOST_CANDIDATES);
    }
    n = Math.min(n, vocabularySize);
    double[] report =
        script
            .one(
                group.scope,
                "candidates",
                group.logits,
                scores(group),
                group.floats(Decoding::temperature),
                n,
                group.watched())
            .toDoubleArray(); // [B, 1 + 3 n + watched]
    int width = 1 + 3 * n + group.mostWatched();
    for (int i = 0; i < group.size(); i++) {
      int at = i * width;
      TopCandidates candidates =
          new TopCandidates(report, at, n, n == vocabularySize, group.row(i).decoding());
      int chosen = candidates.choose(group.uniforms[group.indices.get(i)]);
      if (chosen < 0) {
        inJava(group, group.indices.get(i), step);
      } else {
        put(
            group,
            i,
            (int) report[at + 1 + chosen],
            report[at + 1 + 2 * n + chosen],
            report,
            at + 1 + 3 * n,
            step);
      }
    }
  }

  private void inJava(Group group, int row, Step step) {
    Draw own = group.rows.get(row);
    float[] logits =
        script
            .one(group.scope, "as_float", group.logits.get(group.indices.indexOf(row)))
            .toFloatArray(); // [V]
    TokenSampler.Choice choice =
        new TokenSampler(vocabularySize)
            .sample(logits, 0, own.seen(), own.decoding(), group.uniforms[row], own.watched());
    step.tokens()[row] = choice.token();
    step.logProbabilities()[row] = choice.logProbability();
    step.watched()[row] = choice.watched();
  }

  private static void put(
      Group group,
      int i,
      int token,
      double logProbability,
      double[] report,
      int watchedAt,
      Step step) {
    if (Double.isNaN(logProbability)) {
      throw new EngineException(
          "the model gave logits that are not finite after " + group.row(i).length() + " tokens");
    }
    int row = group.indices.get(i);
    step.tokens()[row] = token;
    step.logProbabilities()[row] = (float) logProbability;
    float[] watched = new float[group.row(i).watched().length];
    for (int j = 0; j < watched.length; j++) {
      watched[j] = (float) report[watchedAt + j];
    }
    step.watched()[row] = watched;
  }
}
