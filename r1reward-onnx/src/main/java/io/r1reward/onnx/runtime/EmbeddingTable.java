package io.r1reward.onnx.runtime;

import io.r1reward.CheckpointException;
import io.r1reward.InvalidInputException;
import io.r1reward.core.safetensors.HalfFloats;
import io.r1reward.core.safetensors.MappedTensor;
import io.r1reward.core.safetensors.SafetensorsFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * The token embedding, looked up row by row in a mapped file: only rows that are used take memory.
 * Thread-safe.
 */
final class EmbeddingTable implements AutoCloseable {
  private final SafetensorsFile file;
  private final MappedTensor tensor;
  private final int vocabulary;
  private final int width;

  private EmbeddingTable(SafetensorsFile file, MappedTensor tensor, int vocabulary, int width) {
    this.file = file;
    this.tensor = tensor;
    this.vocabulary = vocabulary;
    this.width = width;
  }

  /**
   * Opens the table.
   *
   * @throws CheckpointException if the file is malformed or the tensor missing or misshapen
   */
  @SuppressWarnings("MustBeClosedChecker") // closed with the table
  static EmbeddingTable open(Path path, String name, int vocabulary, int width) {
    SafetensorsFile file = SafetensorsFile.open(path);
    try {
      MappedTensor tensor = file.require(name, vocabulary, width);
      if (!tensor.dtype().isWeight()) {
        throw new CheckpointException(path + ": tensor " + tensor + " is not F32, F16 or BF16");
      }
      return new EmbeddingTable(file, tensor, vocabulary, width);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** Writes the embedding of a token to {@code [offset, offset + width)}. */
  void get(int token, float[] destination, int offset) {
    if (token < 0 || token >= vocabulary) {
      throw new InvalidInputException(
          "token id " + token + " is outside the vocabulary of " + vocabulary);
    }
    ByteBuffer row = tensor.rows(token, token + 1);
    switch (tensor.dtype()) {
      case F32 -> row.asFloatBuffer().get(destination, offset, width);
      case BF16 -> {
        for (int i = 0; i < width; i++) {
          destination[offset + i] = HalfFloats.fromBFloat16(row.getShort(2 * i));
        }
      }
      default -> {
        for (int i = 0; i < width; i++) {
          destination[offset + i] = HalfFloats.fromFloat16(row.getShort(2 * i));
        }
      }
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
