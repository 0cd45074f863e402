package io.r1reward.onnx.runtime;

import static io.r1reward.onnx.graph.GraphBuilder.attribute;

import ai.onnxruntime.OrtException;
import io.r1reward.onnx.graph.ElementType;
import io.r1reward.onnx.graph.GraphBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * One new token of attention in each of some rows: row {@code r} stands behind {@code r + 1} tokens
 * in a cache of {@value #PLACES} places. Makes the graph, its inputs, and what comes of them.
 */
final class Attending {
  private static final int PLACES = 16;

  private final int heads;
  private final int keyHeads;
  private final int size;
  private final boolean rotates;
  private final float[][] queries; // [rows][heads size]
  private final float[][] keys; // [rows][keyHeads size]
  private final float[][] values; // [rows][keyHeads size]
  private final float[][] pastKeys; // [rows][keyHeads PLACES size]
  private final float[][] pastValues; // [rows][keyHeads PLACES size]
  private final float[][] angles; // [rows][size / 2]

  Attending(int heads, int keyHeads, int size, boolean rotates, Random random) {
    this.heads = heads;
    this.keyHeads = keyHeads;
    this.size = size;
    this.rotates = rotates;
    int rows = KernelTrials.ROWS;
    queries = new float[rows][];
    keys = new float[rows][];
    values = new float[rows][];
    pastKeys = new float[rows][];
    pastValues = new float[rows][];
    angles = new float[rows][];
    for (int row = 0; row < rows; row++) {
      queries[row] = KernelTrials.numbers(random, heads * size);
      keys[row] = KernelTrials.numbers(random, keyHeads * size);
      values[row] = KernelTrials.numbers(random, keyHeads * size);
      pastKeys[row] = KernelTrials.numbers(random, keyHeads * PLACES * size);
      pastValues[row] = KernelTrials.numbers(random, keyHeads * PLACES * size);
      angles[row] = KernelTrials.numbers(random, size / 2);
    }
  }

  GraphBuilder graph() {
    GraphBuilder graph = new GraphBuilder("trial");
    graph.input("query", ElementType.FLOAT32, "rows", 1, heads * size);
    graph.input("key", ElementType.FLOAT32, "rows", 1, keyHeads * size);
    graph.input("value", ElementType.FLOAT32, "rows", 1, keyHeads * size);
    graph.input("past_key", ElementType.FLOAT32, "rows", keyHeads, PLACES, size);
    graph.input("past_value", ElementType.FLOAT32, "rows", keyHeads, PLACES, size);
    graph.input("lengths", ElementType.INT32, "rows");
    graph.input("longest", ElementType.INT32);
    List<String> inputs =
        new ArrayList<>(
            List.of("query", "key", "value", "past_key", "past_value", "lengths", "longest"));
    if (rotates) {
      graph.input("cos", ElementType.FLOAT32, "angles", size / 2);
      graph.input("sin", ElementType.FLOAT32, "angles", size / 2);
      graph.input("positions", ElementType.INT64, "rows", 1);
      inputs.addAll(List.of("cos", "sin", "positions"));
    }
    graph.output("y", ElementType.FLOAT32, "rows", 1, heads * size);
    graph.output("present_key", ElementType.FLOAT32, "rows", keyHeads, PLACES, size);
    graph.output("present_value", ElementType.FLOAT32, "rows", keyHeads, PLACES, size);
    graph.node(
        GraphBuilder.CONTRIB,
        "GroupQueryAttention",
        List.of("y", "present_key", "present_value"),
        inputs,
        attribute("num_heads", heads),
        attribute("kv_num_heads", keyHeads),
        attribute("do_rotary", rotates ? 1 : 0));
    return graph;
  }

  /** Adds the inputs of some rows. */
  void feed(Tensors inputs, int[] rows) throws OrtException {
    int count = rows.length;
    inputs.floats(
        "query", ElementType.FLOAT32, joined(queries, rows), count, 1, (long) heads * size);
    inputs.floats("key", ElementType.FLOAT32, joined(keys, rows), count, 1, (long) keyHeads * size);
    inputs.floats(
        "value", ElementType.FLOAT32, joined(values, rows), count, 1, (long) keyHeads * size);
    long[] past = {count, keyHeads, PLACES, size};
    inputs.floats("past_key", ElementType.FLOAT32, joined(pastKeys, rows), past);
    inputs.floats("past_value", ElementType.FLOAT32, joined(pastValues, rows), past);
    inputs.integers("lengths", Arrays.stream(rows).map(Attending::before).toArray(), count);
    int longest = Arrays.stream(rows).map(Attending::before).max().orElseThrow() + 1;
    inputs.integers("longest", new int[] {longest});
    if (rotates) {
      // as many rows of angles as the longest row has tokens; those behind the first are not read
      int angleRows = Math.max(count, longest);
      float[] cos = new float[angleRows * size / 2];
      float[] sin = new float[cos.length];
      long[] positions = new long[count];
      for (int i = 0; i < count; i++) {
        positions[i] = i;
        for (int j = 0; j < size / 2; j++) {
          cos[i * size / 2 + j] = (float) Math.cos(angles[rows[i]][j]);
          sin[i * size / 2 + j] = (float) Math.sin(angles[rows[i]][j]);
        }
      }
      inputs.floats("cos", ElementType.FLOAT32, cos, angleRows, size / 2);
      inputs.floats("sin", ElementType.FLOAT32, sin, angleRows, size / 2);
      inputs.longs("positions", positions, count, 1);
    }
  }

  /** Tokens of a row before the new one. */
  private static int before(int row) {
    return row + 1;
  }

  private static float[] joined(float[][] parts, int[] rows) {
    int width = parts[0].length;
    float[] all = new float[rows.length * width];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(parts[rows[i]], 0, all, i * width, width);
    }
    return all;
  }

  /** What the new token of a row attends to, {@code [heads size]}, in double precision. */
  double[] exact(int row) {
    double[] result = new double[heads * size];
    int places = before(row) + 1;
    for (int head = 0; head < heads; head++) {
      int keyHead = head / (heads / keyHeads);
      double[] query = rotated(queries[row], head, row);
      double[] scores = new double[places];
      double sum = 0;
      for (int place = 0; place < places; place++) {
        double[] key =
            place + 1 < places
                ? plain(pastKeys[row], keyHead * PLACES + place)
                : rotated(keys[row], keyHead, row);
        double dot = 0;
        for (int i = 0; i < size; i++) {
          dot += query[i] * key[i];
        }
        scores[place] = Math.exp(dot / Math.sqrt(size));
        sum += scores[place];
      }
      for (int place = 0; place < places; place++) {
        double[] value =
            place + 1 < places
                ? plain(pastValues[row], keyHead * PLACES + place)
                : plain(values[row], keyHead);
        for (int i = 0; i < size; i++) {
          result[head * size + i] += scores[place] / sum * value[i];
        }
      }
    }
    return result;
  }

  private double[] plain(float[] numbers, int vector) {
    double[] result = new double[size];
    for (int i = 0; i < size; i++) {
      result[i] = numbers[vector * size + i];
    }
    return result;
  }

  private double[] rotated(float[] numbers, int vector, int row) {
    double[] x = plain(numbers, vector);
    if (!rotates) {
      return x;
    }
    double[] result = new double[size];
    int half = size / 2;
    for (int i = 0; i < half; i++) {
      double cos = Math.cos(angles[row][i]);
      double sin = Math.sin(angles[row][i]);
      result[i] = x[i] * cos - x[half + i] * sin;
      result[half + i] = x[half + i] * cos + x[i] * sin;
    }
    return result;
  }
}
