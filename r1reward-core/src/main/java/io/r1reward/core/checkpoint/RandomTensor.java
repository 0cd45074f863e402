package io.r1reward.core.checkpoint;

import com.google.common.hash.Hashing;
import io.r1reward.core.safetensors.DType;
import io.r1reward.core.safetensors.HalfFloats;
import io.r1reward.core.safetensors.TensorData;
import io.r1reward.core.safetensors.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/**
 * A tensor of normally distributed values that exist only while they are read. Eight bytes of the
 * tensor come from one 64-bit hash of (seed, name, position), so that any stretch can be made
 * alone, by any thread; each 16 bits of the hash choose one of 65,536 values drawn once per seed,
 * half of them the negatives of the others. That costs a fraction of a nanosecond a byte.
 * Thread-safe.
 */
final class RandomTensor implements TensorData {
  /** The values there are, as bits of the tensor's format. */
  static final class Palette {
    private final int[] bits = new int[1 << 16];

    static Palette normal(DType dtype, double standardDeviation, long seed) {
      Random random = new Random(seed);
      Palette palette = new Palette();
      for (int i = 0; i < palette.bits.length; i += 2) {
        float value = (float) (random.nextGaussian() * standardDeviation);
        palette.bits[i] = bits(dtype, value);
        palette.bits[i + 1] = bits(dtype, -value);
      }
      return palette;
    }

    static Palette constant(DType dtype, float value) {
      Palette palette = new Palette();
      Arrays.fill(palette.bits, bits(dtype, value));
      return palette;
    }

    private static int bits(DType dtype, float value) {
      return switch (dtype) {
        case F32 -> Float.floatToRawIntBits(value);
        case BF16 -> HalfFloats.toBFloat16(value) & 0xffff;
        case F16 -> HalfFloats.toFloat16(value) & 0xffff;
        default -> throw new IllegalArgumentException(dtype + " is no format for weights");
      };
    }
  }

  private final TensorInfo info;
  private final int[] palette;
  private final long start;

  RandomTensor(TensorInfo info, Palette palette, long seed) {
    this.info = info;
    this.palette = palette.bits;
    this.start =
        Hashing.sipHash24(seed, 0).hashString(info.name(), StandardCharsets.UTF_8).asLong();
  }

  @Override
  public TensorInfo info() {
    return info;
  }

  @Override
  public void read(long offset, ByteBuffer destination) {
    long word = offset / Long.BYTES;
    for (; destination.remaining() >= Long.BYTES; word++) {
      destination.putLong(word(word));
    }
    long rest = word(word);
    for (; destination.hasRemaining(); rest >>>= 8) {
      destination.put((byte) rest);
    }
  }

  private long word(long index) {
    long hash = mix(start + index * 0x9e3779b97f4a7c15L);
    if (info.dtype() == DType.F32) {
      return (palette[(int) hash & 0xffff] & 0xffffffffL)
          | (long) palette[(int) (hash >>> 16) & 0xffff] << 32;
    }
    return palette[(int) hash & 0xffff]
        | (long) palette[(int) (hash >>> 16) & 0xffff] << 16
        | (long) palette[(int) (hash >>> 32) & 0xffff] << 32
        | (long) palette[(int) (hash >>> 48)] << 48;
  }

  /** Finaliser of SplitMix64: equal steps in, independent bits out. */
  private static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
