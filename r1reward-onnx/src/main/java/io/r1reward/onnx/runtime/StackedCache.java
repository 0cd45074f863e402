package io.r1reward.onnx.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import com.google.common.collect.ImmutableList;
import io.r1reward.core.model.TextConfig;
import io.r1reward.onnx.graph.ElementType;
import java.util.ArrayList;
import java.util.List;

/**
 * The cache of rows of equal length, for graphs that read {@code past} and write a longer {@code
 * present}: two sets of memory that take turns. For every layer keys and values are {@code [rows,
 * kvHeads, length, headDim]}. Not thread-safe.
 */
final class StackedCache implements AutoCloseable {
  /** Tokens of a row that memory is larger than needed, so that it is not replaced every step. */
  private static final int SLACK_TOKENS = 128;

  private final OrtEnvironment environment;
  private final ElementType type;
  private final int heads;
  private final int headDim;
  private final int parts;
  private List<NativeMemory> front = new ArrayList<>();
  private List<NativeMemory> back = new ArrayList<>();
  private long frontBytes;
  private long backBytes;
  private int rows;
  private int length;

  /** A cache of {@code rows} rows without tokens. */
  StackedCache(OrtEnvironment environment, TextConfig config, ElementType type, int rows) {
    this.environment = environment;
    this.type = type;
    this.heads = config.keyValueHeads();
    this.headDim = config.headDim();
    this.parts = 2 * config.layers();
    this.rows = rows;
    reserveFront(bytes(rows, SLACK_TOKENS));
  }

  int rows() {
    return rows;
  }

  int length() {
    return length;
  }

  /** One row of a cache. */
  record Place(StackedCache cache, int row) {}

  /** Replaces what is here by copies of rows of equal length, which may be this cache's own. */
  void take(List<Place> places) {
    int newLength = places.get(0).cache.length;
    long rowBytes = bytes(1, newLength);
    reserveBack(places.size() * bytes(1, newLength + SLACK_TOKENS));
    for (int part = 0; part < parts; part++) {
      for (int row = 0; row < places.size(); row++) {
        Place place = places.get(row);
        back.get(part)
            .bytes()
            .put(
                (int) (row * rowBytes),
                place.cache.front.get(part).bytes(),
                (int) (place.row * rowBytes),
                (int) rowBytes);
      }
    }
    turn(places.size(), newLength);
  }

  /** Returns the tensors to read; the caller closes them. */
  ImmutableList<OnnxTensor> past() throws OrtException {
    return tensors(front, length);
  }

  /**
   * Returns the tensors to write {@code count} more tokens of each row to; the caller closes them.
   */
  ImmutableList<OnnxTensor> present(int count) throws OrtException {
    if (bytes(rows, length + count) > backBytes) {
      reserveBack(bytes(rows, length + count + SLACK_TOKENS));
    }
    return tensors(back, length + count);
  }

  /** Makes what was written the cache. */
  void advance(int count) {
    turn(rows, length + count);
  }

  @Override
  public void close() {
    front.forEach(NativeMemory::close);
    back.forEach(NativeMemory::close);
    front.clear();
    back.clear();
  }

  private ImmutableList<OnnxTensor> tensors(List<NativeMemory> memories, int tokens)
      throws OrtException {
    long[] shape = {rows, heads, tokens, headDim};
    ImmutableList.Builder<OnnxTensor> all = ImmutableList.builder();
    for (NativeMemory memory : memories) {
      var used = memory.bytes().duplicate().order(memory.bytes().order());
      used.limit(Math.toIntExact(bytes(rows, tokens)));
      all.add(OnnxTensor.createTensor(environment, used, shape, Tensors.javaType(type)));
    }
    return all.build();
  }

  private void turn(int newRows, int newLength) {
    List<NativeMemory> written = back;
    back = front;
    front = written;
    long writtenBytes = backBytes;
    backBytes = frontBytes;
    frontBytes = writtenBytes;
    rows = newRows;
    length = newLength;
  }

  private void reserveFront(long size) {
    allocate(front, size);
    frontBytes = size;
  }

  private void reserveBack(long size) {
    if (size > backBytes) {
      back.forEach(NativeMemory::close);
      back.clear();
      backBytes = 0;
      allocate(back, size);
      backBytes = size;
    }
  }

  private void allocate(List<NativeMemory> set, long size) {
    for (int part = 0; part < parts; part++) {
      set.add(new NativeMemory(size));
    }
  }

  private long bytes(int ofRows, int tokens) {
    return (long) ofRows * heads * tokens * headDim * type.bytes();
  }
}
