package io.r1reward.examples.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/**
 * How fast this machine reads memory: a plain loop over arrays that no cache holds, on every
 * processor at once. What a decode step reads of its weights is compared with that.
 */
final class MemoryBandwidth {
  /** Far beyond caches. */
  private static final long BYTES = 1L << 30;

  private static final int PASSES = 12;

  private MemoryBandwidth() {}

  /**
   * Returns the best of several passes.
   *
   * @return bytes a second
   */
  static double measure() throws InterruptedException {
    int threads = Runtime.getRuntime().availableProcessors();
    long bytes = Math.min(BYTES, Runtime.getRuntime().maxMemory() / 3);
    int words = Math.toIntExact(bytes / threads / Long.BYTES / 4 * 4);
    List<long[]> arrays =
        IntStream.range(0, threads)
            .mapToObj(i -> new long[words])
            .peek(MemoryBandwidth::fill)
            .toList();
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      double best = 0;
      for (int pass = 0; pass < PASSES; pass++) {
        long start = System.nanoTime();
        List<Future<Long>> sums = new ArrayList<>();
        for (long[] array : arrays) {
          sums.add(pool.submit(() -> sum(array)));
        }
        for (Future<Long> sum : sums) {
          if (sum.get() != words * (words - 1L) / 2) {
            throw new AssertionError("a sum of " + words + " words is wrong");
          }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        best = Math.max(best, (double) Long.BYTES * words * threads / seconds);
      }
      return best;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } finally {
      pool.shutdownNow();
    }
  }

  private static void fill(long[] array) {
    for (int i = 0; i < array.length; i++) {
      array[i] = i;
    }
  }

  /** Sums in four chains, so that additions do not wait for each other; 4 divides the length. */
  static long sum(long[] array) {
    long a = 0;
    long b = 0;
    long c = 0;
    long d = 0;
    for (int i = 0; i < array.length; i += 4) {
      a += array[i];
      b += array[i + 1];
      c += array[i + 2];
      d += array[i + 3];
    }
    return a + b + c + d;
  }
}
