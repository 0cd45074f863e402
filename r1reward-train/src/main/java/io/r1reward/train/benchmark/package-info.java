/**
 * The benchmarks of the paper (arXiv 2505.02835, §5) and how they score: {@link
 * io.r1reward.train.benchmark.Benchmark} reads and sorts the lines, {@link
 * io.r1reward.train.benchmark.BenchmarkScore} counts.
 *
 * <p>Of this module it imports {@code data}.
 */
@NullMarked
package io.r1reward.train.benchmark;

import org.jspecify.annotations.NullMarked;
