package io.r1reward.train.data.prepare;

import com.google.common.hash.HashCode;
import java.nio.ByteBuffer;

/**
 * A set of 128-bit hashes: 16 bytes each, and as much again free at the most after it has grown.
 * Not thread-safe.
 */
final class HashTable {
  private long[] slots = new long[2 * 1024];
  private int size;
  private boolean zero;

  /** Adds a hash; returns false where it was there. */
  boolean add(HashCode hash) {
    ByteBuffer bytes = ByteBuffer.wrap(hash.asBytes());
    long high = bytes.getLong();
    long low = bytes.getLong();
    if (high == 0 && low == 0) { // what an empty slot holds
      boolean added = !zero;
      zero = true;
      return added;
    }
    int slot = slot(high, low);
    if (isFull(slot)) {
      return false;
    }
    slots[slot] = high;
    slots[slot + 1] = low;
    size++;
    if (size > slots.length / 2 / 4 * 3) {
      grow();
    }
    return true;
  }

  boolean contains(HashCode hash) {
    ByteBuffer bytes = ByteBuffer.wrap(hash.asBytes());
    long high = bytes.getLong();
    long low = bytes.getLong();
    return (high == 0 && low == 0) ? zero : isFull(slot(high, low));
  }

  private boolean isFull(int slot) {
    return slots[slot] != 0 || slots[slot + 1] != 0;
  }

  /** Returns where a hash stands, or the free place where it belongs. */
  private int slot(long high, long low) {
    int mask = slots.length - 1;
    int slot = ((int) (high << 1)) & mask;
    while (isFull(slot) && (slots[slot] != high || slots[slot + 1] != low)) {
      slot = (slot + 2) & mask;
    }
    return slot;
  }

  private void grow() {
    long[] before = slots;
    slots = new long[Math.multiplyExact(2, before.length)];
    for (int i = 0; i < before.length; i += 2) {
      if (before[i] != 0 || before[i + 1] != 0) {
        int slot = slot(before[i], before[i + 1]);
        slots[slot] = before[i];
        slots[slot + 1] = before[i + 1];
      }
    }
  }
}
