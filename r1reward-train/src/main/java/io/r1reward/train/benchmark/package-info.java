/**
 * Measures judges: {@link io.r1reward.train.benchmark.Benchmark} reads and sorts the lines of
 * public benchmarks, {@link io.r1reward.train.benchmark.Evaluation} lets any model judge them by an
 * {@link io.r1reward.train.benchmark.EvaluationProtocol}, {@link
 * io.r1reward.train.benchmark.EvaluationReport} counts (arXiv 2505.02835, §5), and {@link
 * io.r1reward.train.benchmark.PairedTest} compares two runs.
 *
 * <p>Of this module it imports {@code data}.
 */
@NullMarked
package io.r1reward.train.benchmark;

import org.jspecify.annotations.NullMarked;
