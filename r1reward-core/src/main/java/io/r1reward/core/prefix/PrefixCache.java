package io.r1reward.core.prefix;

import com.google.common.collect.HashMultiset;
import com.google.common.collect.Multiset;
import com.google.common.hash.HashCode;
import io.r1reward.InvalidInputException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an engine computed for blocks of prompts, by their keys: least recently used first out, and
 * of one prompt its end before its beginning. Blocks that prompts still to be read have in common
 * stay whatever the budget is. Not thread-safe.
 *
 * @param <B> what is kept of a block; closed when it goes
 */
public final class PrefixCache<B extends PrefixCache.Block> implements AutoCloseable {
  /** The budget that stands for a share of the memory. */
  private static final long SHARE = -1;

  private static final long MOST_SHARED = 2L << 30;

  private final long mostBytes;

  /** The least recently used first. */
  private final Map<HashCode, B> blocks = new LinkedHashMap<>(16, 0.75f, true);

  private final Multiset<HashCode> awaited = HashMultiset.create();
  private long bytes;

  /** What is kept of a block. */
  public interface Block extends AutoCloseable {
    /** Returns its size in memory. */
    long bytes();

    @Override
    void close();
  }

  /**
   * An empty cache.
   *
   * @param mostBytes budget of what stays between calls; 0 keeps nothing
   */
  public PrefixCache(long mostBytes) {
    if (mostBytes < 0) {
      throw new InvalidInputException(
          "the prefix cache's size must be at least 0 bytes, got " + mostBytes);
    }
    this.mostBytes = mostBytes;
  }

  /**
   * Checks a budget as users give it.
   *
   * @throws InvalidInputException if it is neither a size nor -1
   */
  public static void checkBudget(long bytes) {
    if (bytes < SHARE) {
      throw new InvalidInputException(
          "prefixCacheBytes must be at least 0, or -1 for a share of the memory, got " + bytes);
    }
  }

  /**
   * Returns a budget in bytes.
   *
   * @param bytes as users give it: -1 for a sixteenth of the memory that weights leave, at most 2
   *     GiB
   * @param leftBytes memory that the weights leave
   */
  public static long budget(long bytes, long leftBytes) {
    return bytes == SHARE ? Math.max(0, Math.min(MOST_SHARED, leftBytes / 16)) : bytes;
  }

  /** Says that prompts will be read; {@link #read} takes each back. */
  public void await(List<PromptBlocks> prompts) {
    prompts.forEach(prompt -> awaited.addAll(prompt.keys()));
  }

  /** A prompt that was awaited has been read, or will not be. */
  public void read(PromptBlocks prompt) {
    prompt.keys().forEach(awaited::remove);
    prompt.keys().reverse().forEach(blocks::get); // the beginning becomes the most recent
    trim();
  }

  /** Says whether a block of a prompt that is being read is worth to be put here. */
  public boolean takes(HashCode key) {
    return !blocks.containsKey(key) && (mostBytes > 0 || awaited.count(key) > 1);
  }

  /** Returns the blocks that are known of a prompt's beginning, without a gap. */
  public List<B> leading(PromptBlocks prompt) {
    List<B> known = new ArrayList<>();
    for (HashCode key : prompt.keys()) {
      B block = blocks.get(key);
      if (block == null) {
        break;
      }
      known.add(block);
    }
    return known;
  }

  /** Keeps a block, which the cache closes. */
  public void put(HashCode key, B block) {
    B old = blocks.put(key, block);
    bytes += block.bytes();
    if (old != null) {
      bytes -= old.bytes();
      old.close();
    }
  }

  private void trim() {
    Iterator<Map.Entry<HashCode, B>> oldest = blocks.entrySet().iterator();
    while (bytes > mostBytes && oldest.hasNext()) {
      Map.Entry<HashCode, B> entry = oldest.next();
      if (!awaited.contains(entry.getKey())) {
        bytes -= entry.getValue().bytes();
        oldest.remove();
        entry.getValue().close();
      }
    }
  }

  /** Returns the size of what is kept. */
  public long bytes() {
    return bytes;
  }

  @Override
  public void close() {
    blocks.values().forEach(Block::close);
    blocks.clear();
    bytes = 0;
  }
}
