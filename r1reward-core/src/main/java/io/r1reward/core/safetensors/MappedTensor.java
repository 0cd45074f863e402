package io.r1reward.core.safetensors;

import com.google.common.primitives.ImmutableLongArray;
import io.r1reward.CheckpointException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One tensor of an open {@link SafetensorsFile}, over the mapped bytes of the file.
 *
 * <p>Thread-safe. Buffers that were handed out stay valid after the file is closed; asking for more
 * of them then raises {@link IllegalStateException}.
 */
public final class MappedTensor implements TensorData {
  private final SafetensorsFile file;
  private final String storedName;
  private final TensorInfo info;
  private final MappedRegions.Place place;

  MappedTensor(SafetensorsFile file, TensorInfo info, MappedRegions.Place place) {
    this(file, info.name(), info, place);
  }

  private MappedTensor(
      SafetensorsFile file, String storedName, TensorInfo info, MappedRegions.Place place) {
    this.file = file;
    this.storedName = storedName;
    this.info = info;
    this.place = place;
  }

  /** Returns the same tensor under another name. */
  MappedTensor named(String name) {
    return name.equals(info.name())
        ? this
        : new MappedTensor(
            file, storedName, new TensorInfo(name, info.dtype(), info.shape()), place);
  }

  @Override
  public TensorInfo info() {
    return info;
  }

  /** Returns the name. */
  public String name() {
    return info.name();
  }

  /** Returns the name in the file, which may be that of another release (see {@link #name}). */
  public String storedName() {
    return storedName;
  }

  /** Returns the file that the tensor lies in. */
  public SafetensorsFile file() {
    return file;
  }

  /** Returns where in the file the tensor begins, in bytes. */
  public long position() {
    return place.position();
  }

  /** Returns the number format. */
  public DType dtype() {
    return info.dtype();
  }

  /** Returns the lengths of the dimensions. */
  public ImmutableLongArray shape() {
    return info.shape();
  }

  /**
   * Returns all bytes, row-major, as a direct, read-only, little-endian buffer over the mapping.
   *
   * @throws CheckpointException if there are more than {@link Integer#MAX_VALUE}; then use {@link
   *     #rows}
   */
  public ByteBuffer bytes() {
    if (info.bytes() > Integer.MAX_VALUE) {
      throw tooLong("", info.bytes(), Integer.MAX_VALUE);
    }
    return slice(0, (int) info.bytes());
  }

  /**
   * Returns the bytes of rows {@code begin} to {@code end} (exclusive) along the first dimension,
   * as {@link #bytes} does. A scalar is one row.
   *
   * @throws CheckpointException if the rows have more than {@link Integer#MAX_VALUE} bytes, or more
   *     than 2^30 where {@link #bytes} is impossible
   * @throws IndexOutOfBoundsException if there are no such rows
   */
  public ByteBuffer rows(long begin, long end) {
    long count = info.shape().isEmpty() ? 1 : info.shape().get(0);
    if (begin < 0 || end < begin || end > count) {
      throw new IndexOutOfBoundsException(
          "rows " + begin + " to " + end + " of tensor " + info + ", which has " + count);
    }
    long rowBytes = count == 0 ? 0 : info.bytes() / count;
    long length = (end - begin) * rowBytes;
    int limit = info.bytes() > Integer.MAX_VALUE ? MappedRegions.STRIDE : Integer.MAX_VALUE;
    if (length > limit) {
      throw tooLong("rows " + begin + " to " + end + " of ", length, limit);
    }
    return slice(begin * rowBytes, (int) length);
  }

  @Override
  public void read(long offset, ByteBuffer destination) {
    destination.put(slice(offset, destination.remaining()));
  }

  /**
   * Returns all values of an F32, F16 or BF16 tensor, widened to float, in a new array.
   *
   * @throws CheckpointException if the tensor has another format or is too long for an array
   */
  public float[] toFloats() {
    ByteBuffer bytes = bytes();
    float[] values = new float[(int) info.elements()];
    switch (info.dtype()) {
      case F32 -> bytes.asFloatBuffer().get(values);
      case BF16 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = HalfFloats.fromBFloat16(bytes.getShort(2 * i));
        }
      }
      case F16 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = HalfFloats.fromFloat16(bytes.getShort(2 * i));
        }
      }
      default -> throw wrongFormat("F32, F16 or BF16");
    }
    return values;
  }

  /**
   * Returns all values of an I64, I32, U8, I8 or BOOL tensor in a new array.
   *
   * @throws CheckpointException if the tensor has another format or is too long for an array
   */
  public long[] toLongs() {
    ByteBuffer bytes = bytes();
    long[] values = new long[(int) info.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (info.dtype()) {
            case I64 -> bytes.getLong(8 * i);
            case I32 -> bytes.getInt(4 * i);
            case U8, BOOL -> Byte.toUnsignedLong(bytes.get(i));
            case I8 -> bytes.get(i);
            default -> throw wrongFormat("I64, I32, U8, I8 or BOOL");
          };
    }
    return values;
  }

  private ByteBuffer slice(long begin, int length) {
    ByteBuffer slice;
    if (length == 0) {
      slice = ByteBuffer.allocateDirect(0).asReadOnlyBuffer();
    } else if (info.bytes() > Integer.MAX_VALUE) {
      int window = place.region() + (int) (begin / MappedRegions.STRIDE);
      slice = file.regions().get(window).slice((int) (begin % MappedRegions.STRIDE), length);
    } else {
      slice = file.regions().get(place.region()).slice(place.offset() + (int) begin, length);
    }
    return slice.order(ByteOrder.LITTLE_ENDIAN);
  }

  private CheckpointException tooLong(String part, long bytes, int limit) {
    return new CheckpointException(
        String.format(
            "%s: %stensor %s has %d bytes, one buffer holds at most %d: take fewer rows at a time",
            file.path(), part, info, bytes, limit));
  }

  private CheckpointException wrongFormat(String wanted) {
    return new CheckpointException(file.path() + ": tensor " + info + " is not " + wanted);
  }

  @Override
  public String toString() {
    return info.toString();
  }
}
