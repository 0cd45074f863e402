package io.r1reward.core.prefix;

import com.google.common.collect.MapMaker;
import com.google.common.hash.HashCode;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import io.r1reward.core.generate.VisionInput;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * Knows pictures and videos again by what they show: SHA-256 of kind, grid, time scale and patches.
 * An object is hashed once while it lives. Thread-safe.
 */
public final class MediaKeys {
  private static final int CHUNK = 16_384;

  private final Map<VisionInput, HashCode> known = new MapMaker().weakKeys().makeMap();

  /** No keys yet. */
  public MediaKeys() {}

  /** Returns the key of an input. */
  public HashCode of(VisionInput input) {
    return known.computeIfAbsent(input, MediaKeys::hash);
  }

  private static HashCode hash(VisionInput input) {
    Hasher hasher =
        Hashing.sha256()
            .newHasher()
            .putUnencodedChars(input.kind().name())
            .putInt(input.gridT())
            .putInt(input.gridH())
            .putInt(input.gridW())
            .putDouble(input.secondsPerGrid());
    ByteBuffer bytes = ByteBuffer.allocate(CHUNK * Float.BYTES);
    float[] patches = input.patches();
    for (int at = 0; at < patches.length; at += CHUNK) {
      int n = Math.min(CHUNK, patches.length - at);
      bytes.clear().asFloatBuffer().put(patches, at, n);
      hasher.putBytes(bytes.limit(n * Float.BYTES));
    }
    return hasher.hash();
  }
}
