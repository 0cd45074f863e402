package io.r1reward.onnx.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import com.google.common.collect.ImmutableList;
import io.r1reward.EngineException;
import io.r1reward.core.model.TextConfig;
import io.r1reward.onnx.graph.ElementType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Keys and values of the tokens of some rows, for every layer {@code [rows, kvHeads, places,
 * headDim]}, in native memory that graphs read and write in place. Not thread-safe.
 */
final class KvCache implements AutoCloseable {
  private final OrtEnvironment environment;
  private final ElementType type;
  private final int heads;
  private final int headDim;
  private final List<NativeMemory> memories = new ArrayList<>();
  private final int parts;
  private int rows;
  private int places;
  private ImmutableList<OnnxTensor> tensors = ImmutableList.of();
  private int tensorRows;

  /** A cache with room for {@code rows} sequences of {@code places} tokens. */
  KvCache(OrtEnvironment environment, TextConfig config, ElementType type, int rows, int places) {
    this.environment = environment;
    this.type = type;
    this.heads = config.keyValueHeads();
    this.headDim = config.headDim();
    this.parts = 2 * config.layers();
    this.rows = rows;
    this.places = places;
    for (int part = 0; part < parts; part++) {
      memories.add(allocate());
    }
  }

  int rows() {
    return rows;
  }

  int places() {
    return places;
  }

  /**
   * Makes room, keeping what is there.
   *
   * @param lengths tokens in each row that is in use
   */
  void reserve(int wantedRows, int wantedPlaces, int[] lengths) {
    if (wantedRows <= rows && wantedPlaces <= places) {
      return;
    }
    int oldPlaces = places;
    closeTensors();
    rows = Math.max(rows, wantedRows);
    places = Math.max(places, wantedPlaces);
    for (int part = 0; part < parts; part++) { // so that never all is there twice
      NativeMemory old = memories.get(part);
      memories.set(part, allocate());
      for (int row = 0; row < lengths.length; row++) {
        copy(old.bytes(), oldPlaces, row, part, row, lengths[row]);
      }
      old.close();
    }
  }

  /** Copies the first {@code length} tokens of a row of a cache, which may be this one. */
  void copyRow(KvCache from, int fromRow, int row, int length) {
    for (int part = 0; part < parts; part++) {
      copy(from.memories.get(part).bytes(), from.places, fromRow, part, row, length);
    }
  }

  /** Copies tokens of the first row of another cache to other places of this one's. */
  void copyTokens(KvCache from, int fromPlace, int place, int count) {
    int bytes = count * headDim * type.bytes();
    for (int part = 0; part < parts; part++) {
      ByteBuffer to = memories.get(part).bytes();
      ByteBuffer source = from.memories.get(part).bytes();
      for (int head = 0; head < heads; head++) {
        long at = head * headBytes(places) + headBytes(place);
        long fromAt = head * headBytes(from.places) + headBytes(fromPlace);
        to.put((int) at, source, (int) fromAt, bytes);
      }
    }
  }

  /** Returns the size of its memory. */
  long bytes() {
    return rowBytes(places) * rows * parts;
  }

  /**
   * Returns the tensors over the first {@code count} rows: for each layer keys, then values. They
   * belong to the cache and change when it grows.
   */
  ImmutableList<OnnxTensor> tensors(int count) throws OrtException {
    if (tensorRows != count) {
      closeTensors();
      long[] shape = {count, heads, places, headDim};
      ImmutableList.Builder<OnnxTensor> all = ImmutableList.builder();
      for (NativeMemory memory : memories) {
        ByteBuffer used = memory.bytes().duplicate().order(memory.bytes().order());
        used.limit(Math.toIntExact((long) count * rowBytes(places)));
        all.add(OnnxTensor.createTensor(environment, used, shape, Tensors.javaType(type)));
      }
      tensors = all.build();
      tensorRows = count;
    }
    return tensors;
  }

  @Override
  public void close() {
    closeTensors();
    memories.forEach(NativeMemory::close);
    memories.clear();
  }

  private void copy(ByteBuffer from, int fromPlaces, int fromRow, int part, int row, int length) {
    ByteBuffer to = memories.get(part).bytes();
    int bytes = length * headDim * type.bytes();
    for (int head = 0; head < heads; head++) {
      long source = fromRow * rowBytes(fromPlaces) + head * headBytes(fromPlaces);
      long destination = row * rowBytes(places) + head * headBytes(places);
      to.put((int) destination, from, (int) source, bytes);
    }
  }

  private long headBytes(int ofPlaces) {
    return (long) ofPlaces * headDim * type.bytes();
  }

  private long rowBytes(int ofPlaces) {
    return heads * headBytes(ofPlaces);
  }

  private NativeMemory allocate() {
    try {
      return new NativeMemory(rows * rowBytes(places));
    } catch (EngineException e) {
      close();
      throw new EngineException(
          String.format(
              "no room for a cache of %d rows of %d tokens: %s", rows, places, e.getMessage()),
          e);
    }
  }

  private void closeTensors() {
    tensors.forEach(OnnxTensor::close);
    tensors = ImmutableList.of();
    tensorRows = 0;
  }
}
