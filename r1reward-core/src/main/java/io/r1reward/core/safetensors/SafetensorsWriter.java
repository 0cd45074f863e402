package io.r1reward.core.safetensors;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.r1reward.CheckpointException;
import io.r1reward.core.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes safetensors files, piece by piece, without holding a tensor in memory. Tensors are sorted
 * as in the reference implementation, widest format first, then by name, and the header is filled
 * up with spaces to a multiple of 8 bytes, so that every tensor is aligned to its elements and
 * equal tensors make equal files.
 *
 * <p>A file appears under its name when all of it is on the disk, and not before: it grows beside
 * its place under a temporary name. Static and thread-safe.
 */
public final class SafetensorsWriter {
  /** What files of the public implementation carry, and its loader asks for. */
  public static final ImmutableMap<String, String> METADATA = ImmutableMap.of("format", "pt");

  private static final Comparator<TensorData> ORDER =
      Comparator.<TensorData>comparingInt(tensor -> -tensor.info().dtype().bytes())
          .thenComparing(tensor -> tensor.info().name());

  private SafetensorsWriter() {}

  /**
   * Writes a file with one thread, or replaces it. {@code __metadata__} says {@code format: pt}.
   *
   * @throws CheckpointException if a name occurs twice or the file cannot be written
   */
  public static void write(Path file, List<? extends TensorData> tensors) {
    write(file, tensors, METADATA, 1);
  }

  /**
   * Writes a file, or replaces it.
   *
   * @param file where to
   * @param tensors contents, in any order
   * @param metadata texts for {@code __metadata__}
   * @param threads how many threads read tensors and write; more than one only if the tensors may
   *     be read at the same time
   * @throws CheckpointException if a name occurs twice or the file cannot be written
   */
  public static void write(
      Path file, List<? extends TensorData> tensors, Map<String, String> metadata, int threads) {
    write(file, tensors, metadata, threads, true);
  }

  /**
   * Writes a file, or replaces it, as {@link #write(Path, List, Map, int)} does.
   *
   * @param durable whether to wait until the file is on the disk
   * @throws CheckpointException if a name occurs twice or the file cannot be written
   */
  public static void write(
      Path file,
      List<? extends TensorData> tensors,
      Map<String, String> metadata,
      int threads,
      boolean durable) {
    ImmutableList<TensorData> sorted = ImmutableList.sortedCopyOf(ORDER, tensors);
    Path target = file.toAbsolutePath();
    Path partial = null;
    try {
      byte[] header = header(file, sorted, metadata);
      // not createTempFile: that one would leave the weights unreadable to others
      partial = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID());
      try (FileChannel channel =
          FileChannel.open(partial, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        writeFully(channel, ByteBuffer.wrap(header), 0);
        new PieceWriter(channel, header.length, sorted).run(threads);
        if (durable) {
          channel.force(true);
        }
      }
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
      partial = null;
    } catch (IOException e) {
      throw new CheckpointException(file + ": cannot be written: " + e, e);
    } finally {
      deleteIfAny(partial);
    }
  }

  /** Writes a buffer at a position, however many calls that takes. */
  static void writeFully(FileChannel channel, ByteBuffer buffer, long position) throws IOException {
    long next = position;
    while (buffer.hasRemaining()) {
      next += channel.write(buffer, next);
    }
  }

  /** Makes the length prefix and the JSON, filled up with spaces. */
  private static byte[] header(Path file, List<TensorData> sorted, Map<String, String> metadata)
      throws IOException {
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    try (JsonGenerator generator = Json.MAPPER.createGenerator(json)) {
      Set<String> names = new HashSet<>();
      generator.writeStartObject();
      if (!metadata.isEmpty()) {
        generator.writePOJOField("__metadata__", metadata);
      }
      long offset = 0;
      for (TensorData tensor : sorted) {
        TensorInfo info = tensor.info();
        if (info.name().equals("__metadata__") || !names.add(info.name())) {
          throw new CheckpointException(file + ": tensor " + info + ": the name is taken");
        }
        generator.writeObjectFieldStart(info.name());
        generator.writeStringField("dtype", info.dtype().name());
        generator.writeFieldName("shape");
        long[] shape = info.shape().toArray();
        generator.writeArray(shape, 0, shape.length);
        generator.writeFieldName("data_offsets");
        generator.writeArray(new long[] {offset, offset + info.bytes()}, 0, 2);
        generator.writeEndObject();
        offset += info.bytes();
      }
      generator.writeEndObject();
    }
    int length = (json.size() + 7) / 8 * 8;
    if (length > SafetensorsHeader.MAX_LENGTH) {
      throw new CheckpointException(
          String.format(
              "%s: header length %d exceeds the limit of %d bytes",
              file, length, SafetensorsHeader.MAX_LENGTH));
    }
    byte[] header = new byte[SafetensorsHeader.PREFIX + length];
    Arrays.fill(header, (byte) ' ');
    ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).putLong(length).put(json.toByteArray());
    return header;
  }

  private static void deleteIfAny(@Nullable Path partial) {
    if (partial != null) {
      try {
        Files.deleteIfExists(partial);
      } catch (IOException e) {
        throw new CheckpointException(partial + ": cannot be deleted: " + e, e);
      }
    }
  }
}
