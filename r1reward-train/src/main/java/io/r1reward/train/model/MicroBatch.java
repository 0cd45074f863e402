package io.r1reward.train.model;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Longs;
import io.r1reward.core.model.FrameBatch;
import io.r1reward.core.model.MediaSpans;
import io.r1reward.core.model.ModelConfig;
import io.r1reward.core.model.RopeIndex;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Rows laid out for the device: tokens and positions filled up to the longest row behind its end,
 * where causal attention never looks, and the frames of all pictures grouped by their size.
 */
final class MicroBatch {
  final int rows;
  final int length;

  /** {@code [rows * length]}. */
  final long[] tokens;

  /** {@code [3 * rows * length]}. */
  final long[] positions;

  /** Places in the flattened rows whose output predicts a target, {@code [targets]}. */
  final long[] places;

  /** {@code [targets]}. */
  final long[] targets;

  /** Places in the flattened rows of each row's last token, {@code [rows]}. */
  final long[] ends;

  /** Frames by their size, in the order in which their embeddings are put together. */
  final ImmutableList<FrameBatch> frames;

  private final List<TrainingRow> source;

  MicroBatch(List<TrainingRow> source, ModelConfig config) {
    this.source = source;
    rows = source.size();
    length = source.stream().mapToInt(TrainingRow::length).max().orElseThrow();
    tokens = new long[rows * length];
    positions = new long[3 * rows * length];
    List<FrameBatch.Frame> shown = new ArrayList<>();
    ends = new long[rows];
    List<Long> predicting = new ArrayList<>();
    List<Long> wanted = new ArrayList<>();
    RopeIndex.Settings rope = config.family().positions(config);
    for (int b = 0; b < rows; b++) {
      TrainingRow row = source.get(b);
      MediaSpans spans = MediaSpans.of(row.prompt(), rope);
      RopeIndex index = RopeIndex.of(row.prompt().length(), spans, rope);
      for (int t = 0; t < row.length(); t++) {
        tokens[b * length + t] = row.token(t);
        boolean inPrompt = t < row.prompt().length();
        setPositions(
            b * length + t,
            inPrompt ? index.time()[t] : index.positionBehind(t),
            inPrompt ? index.height()[t] : index.positionBehind(t),
            inPrompt ? index.width()[t] : index.positionBehind(t));
      }
      for (int t = row.firstTarget(); t < row.length(); t++) {
        predicting.add((long) b * length + t - 1);
        wanted.add((long) row.token(t));
      }
      addFrames(spans, b, shown);
      ends[b] = (long) b * length + row.length() - 1;
    }
    frames = FrameBatch.of(shown);
    places = Longs.toArray(predicting);
    targets = Longs.toArray(wanted);
  }

  private void setPositions(int at, int time, int height, int width) {
    int all = rows * length;
    positions[at] = time;
    positions[all + at] = height;
    positions[2 * all + at] = width;
  }

  /** Adds the frames of a row, tagged by where their first embedding goes in the flattened rows. */
  private void addFrames(MediaSpans spans, int b, List<FrameBatch.Frame> shown) {
    for (MediaSpans.Span span : spans.spans()) {
      for (int step = 0; step < span.steps(); step++) {
        long place = (long) b * length + span.begin() + (long) step * span.units();
        shown.add(new FrameBatch.Frame(span.input(), span.firstStep() + step, place));
      }
    }
  }

  /** Returns where each media embedding goes in the flattened rows, batch by batch. */
  long[] mediaPlaces(int mergeSize) {
    return frames.stream()
        .flatMapToLong(
            batch -> {
              int units = batch.patches() / (mergeSize * mergeSize);
              return batch.frames().stream()
                  .flatMapToLong(frame -> LongStream.range(frame.tag(), frame.tag() + units));
            })
        .toArray();
  }

  /** Splits values of all targets into rows. */
  double[][] byRow(float[] flat) {
    double[][] result = new double[rows][];
    int at = 0;
    for (int b = 0; b < rows; b++) {
      result[b] = new double[source.get(b).targets()];
      for (int t = 0; t < result[b].length; t++) {
        result[b][t] = flat[at++];
      }
    }
    return result;
  }

  /** Splits a matrix with as many rows as this into them. */
  float[][] matrix(float[] flat) {
    int columns = flat.length / rows;
    float[][] result = new float[rows][];
    for (int b = 0; b < rows; b++) {
      result[b] = Arrays.copyOfRange(flat, b * columns, (b + 1) * columns);
    }
    return result;
  }

  /** Puts values of rows one behind the other. */
  float[] flat(double[][] byRow) {
    float[] flat = new float[targets.length];
    int at = 0;
    for (double[] row : byRow) {
      for (double value : row) {
        flat[at++] = (float) value;
      }
    }
    return flat;
  }

  @Override
  public String toString() {
    return rows + " rows of " + length + " tokens";
  }
}
