package io.r1reward.core.generate;

import java.util.Arrays;

/**
 * The tokens that temperature, top-k, top-p and min-p leave of one row, in the order of ids, with
 * their processed scores. Each filter is that of the Hugging Face warper of the same name; where
 * top-p may drop only some of several equal scores, it keeps the lowest ids. Not thread-safe.
 */
final class Candidates {
  private static final int BUCKETS = 400;

  private int[] ids = new int[64];
  private float[] scores = new float[64];
  private double[] weights = new double[64];
  private final double[] bucketMass = new double[BUCKETS];
  private long[] sorted = new long[64];
  private float[] heap = new float[64];
  private int size;

  /** Says whether anything but the temperature changes the distribution. */
  static boolean filters(Decoding decoding, int vocabularySize) {
    return (decoding.topK() > 0 && decoding.topK() < vocabularySize)
        || decoding.topP() < 1
        || decoding.minP() > 0;
  }

  /** Filters a row of logits to which the penalty has been applied. */
  void select(float[] logits, int offset, int vocabularySize, Decoding decoding) {
    int k = decoding.topK();
    // dividing by a temperature keeps the order, so the k-th logit decides like the k-th score;
    // logits that differ may still become equal scores, and equal scores are kept
    float temperature = (float) decoding.temperature();
    float least =
        k > 0 && k < vocabularySize
            ? kthLargest(logits, offset, vocabularySize, k) / temperature
            : Float.NEGATIVE_INFINITY;
    collect(logits, offset, vocabularySize, temperature, least);
    if (decoding.topP() < 1) {
      keepTopP(decoding.topP());
    }
    if (decoding.minP() > 0) {
      keepMinP(decoding.minP());
    }
  }

  /** Draws by inverse CDF in the order of ids; the last with a probability if rounding asks. */
  int draw(double uniform) {
    double target = weigh() * uniform;
    double cumulated = 0;
    int last = 0;
    for (int i = 0; i < size; i++) {
      if (weights[i] >= SoftmaxSums.LEAST_WEIGHT) {
        last = i;
        cumulated += weights[i];
        if (cumulated > target) {
          break;
        }
      }
    }
    return ids[last];
  }

  /** Returns the scores as a row, negative infinity where a token was dropped. */
  float[] scatter(int vocabularySize) {
    float[] row = new float[vocabularySize];
    Arrays.fill(row, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < size; i++) {
      row[ids[i]] = scores[i];
    }
    return row;
  }

  /** Keeps the k largest in a heap whose root is the least of them. */
  private float kthLargest(float[] logits, int offset, int vocabularySize, int k) {
    if (heap.length < k) {
      heap = new float[k];
    }
    System.arraycopy(logits, offset, heap, 0, k);
    Arrays.sort(heap, 0, k); // ascending order is a heap
    float least = heap[0];
    for (int i = offset + k; i < offset + vocabularySize; i++) {
      if (logits[i] > least) {
        least = replaceRoot(logits[i], k);
      }
    }
    return least;
  }

  private float replaceRoot(float value, int count) {
    int at = 0;
    for (int child = 1; child < count; child = 2 * at + 1) {
      if (child + 1 < count && heap[child + 1] < heap[child]) {
        child++;
      }
      if (heap[child] >= value) {
        break;
      }
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = value;
    return heap[0];
  }

  private void collect(
      float[] logits, int offset, int vocabularySize, float temperature, float least) {
    size = 0;
    for (int id = 0; id < vocabularySize; id++) {
      float score = logits[offset + id] / temperature;
      if (score >= least && score != Float.NEGATIVE_INFINITY) {
        if (size == ids.length) {
          ids = Arrays.copyOf(ids, 2 * size);
          scores = Arrays.copyOf(scores, 2 * size);
        }
        ids[size] = id;
        scores[size++] = score;
      }
    }
  }

  /**
   * Drops what the cumulated probability, from the least likely up, does not lift above 1 - p.
   * Histogram first: only the tokens of the bucket in which the limit lies have to be sorted.
   */
  private void keepTopP(double p) {
    double limit = (1 - p) * weigh();
    float max = SoftmaxSums.max(scores, 0, size);
    Arrays.fill(bucketMass, 0);
    for (int i = 0; i < size; i++) {
      bucketMass[bucket(max - scores[i])] += weights[i];
    }
    int boundary = BUCKETS - 1;
    double cumulated = 0;
    while (boundary > 0 && cumulated + bucketMass[boundary] <= limit) {
      cumulated += bucketMass[boundary--];
    }
    if (sorted.length < size) {
      sorted = new long[ids.length];
    }
    int count = 0;
    for (int i = 0; i < size; i++) {
      if (bucket(max - scores[i]) == boundary) {
        sorted[count++] = key(i);
      }
    }
    Arrays.sort(sorted, 0, count);
    int dropped = 0;
    while (dropped < count - 1) {
      cumulated += weights[index(sorted[dropped])];
      if (cumulated > limit) {
        break;
      }
      dropped++;
    }
    keepFrom(sorted[dropped]);
  }

  /** Buckets of a quarter of a nat below the best score, the last for all beyond. */
  private static int bucket(float distance) {
    return Math.min((int) (4 * distance), BUCKETS - 1);
  }

  private void keepFrom(long leastKey) {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (key(i) >= leastKey) {
        ids[kept] = ids[i];
        scores[kept++] = scores[i];
      }
    }
    size = kept;
  }

  /** Orders by score, among equals the highest index first. */
  private long key(int i) {
    int bits = Float.floatToIntBits(scores[i] + 0f); // -0 becomes 0
    int ascending = bits >= 0 ? bits : bits ^ 0x7fffffff;
    return ((long) ascending << 32) | (Integer.MAX_VALUE - i);
  }

  private static int index(long key) {
    return Integer.MAX_VALUE - (int) key;
  }

  private void keepMinP(double minP) {
    float max = SoftmaxSums.max(scores, 0, size);
    double surelyBelow = Math.log(minP) - 1e-6; // spares most exponentials
    int kept = 0;
    for (int i = 0; i < size; i++) {
      float distance = scores[i] - max;
      if (distance == 0 || (distance >= surelyBelow && Math.exp(distance) >= minP)) {
        ids[kept] = ids[i];
        scores[kept++] = scores[i];
      }
    }
    size = kept;
  }

  /** Fills {@code weights} with exp(score - max) and returns their sum. */
  private double weigh() {
    if (weights.length < size) {
      weights = new double[ids.length];
    }
    return SoftmaxSums.weigh(scores, size, weights);
  }
}
