package io.r1reward.core.torch;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.hash.HashCode;
import io.r1reward.core.generate.VisionInput;
import io.r1reward.core.prefix.MediaKeys;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The embeddings of the pictures and videos that were used last, so that the comparisons of a
 * ranking run the vision tower once, though each is a request of its own. An input is known again
 * by what it shows, not by the object. Not thread-safe.
 *
 * <p>Inputs are computed one by one: what an input's embeddings are does not depend on what came
 * with it.
 */
final class VisionCache implements AutoCloseable {
  private final VisionTower tower;
  private final MediaKeys keys;
  private final NDManager manager;
  private final long mostValues;

  /** The least recently used first. */
  private final Map<HashCode, NDArray> entries = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * An empty cache.
   *
   * @param keys names inputs
   * @param parent lives longer
   * @param mostValues of all embeddings that are kept between calls
   */
  VisionCache(VisionTower tower, MediaKeys keys, NDManager parent, long mostValues) {
    this.tower = tower;
    this.keys = keys;
    this.manager = parent.newSubManager();
    this.mostValues = mostValues;
  }

  /**
   * Returns the embeddings of inputs as {@link VisionTower#encode} does. They stay until the next
   * call.
   */
  IdentityHashMap<VisionInput, NDArray> encode(Collection<VisionInput> inputs) {
    trim();
    IdentityHashMap<VisionInput, NDArray> embeddings = new IdentityHashMap<>();
    for (VisionInput input : inputs) {
      embeddings.put(input, entries.computeIfAbsent(keys.of(input), key -> compute(input)));
    }
    return embeddings;
  }

  private NDArray compute(VisionInput input) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray embedding = requireNonNull(tower.encode(List.of(input), scope).get(input)); // [M, C]
      embedding.attach(manager);
      return embedding;
    }
  }

  private void trim() {
    long values = entries.values().stream().mapToLong(NDArray::size).sum();
    Iterator<NDArray> oldest = entries.values().iterator();
    while (values > mostValues) {
      NDArray embedding = oldest.next();
      values -= embedding.size();
      oldest.remove();
      embedding.close();
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
